#pragma once

#include "sink/counts.hpp"
#include "sink/request.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>

namespace bench::sink
{

// The body of a request, once it is here.
struct received
{
    std::uint64_t bytes = 0;
    std::uint64_t crc64 = 0;
};

// What IMS and OSS would answer, as far as an upload goes. Nothing is stored but the CRC-64 of parts.
class service
{
public:
    // origin: where the grants of CreateUploadStream send their uploads.
    service(std::string const& origin, bool state_crc);

    // The whole answer, head and body.
    std::string answer(request const& r, received const& body);

    counts& since_asked() noexcept { return counts_; }

private:
    using parts = std::map<unsigned, received>;  // by number

    std::string put(request const& r, received const& body);
    std::string initiate(request const& r);
    std::string complete(request const& r, std::string const& upload_id);
    std::string refuse(char const* why);
    [[nodiscard]] std::string hash_fields(std::uint64_t crc64) const;

    std::string grant_;  // one for all: nobody looks at the key twice
    bool state_crc_;
    std::unordered_map<std::string, parts> uploads_;
    std::uint64_t next_upload_ = 1;
    counts counts_;
};

}  // namespace bench::sink
