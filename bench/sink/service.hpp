#pragma once

#include "sink/counts.hpp"
#include "sink/request.hpp"
#include "sink/settings.hpp"

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
    service(std::string const& origin, settings const& s);

    // The whole answer, head and body.
    std::string answer(request const& r, received const& body);

    // With --gather N answers wait until N of them do: then so many requests are unanswered at once, each on a
    // connection of its own when its client doesn't pipeline. The first since somebody asked for counts does not wait,
    // so that clients can warm up.
    [[nodiscard]] bool holds_back() const noexcept { return gather_ != 0 && counts_.requests > 1; }
    void hold_back() noexcept { ++held_back_; }
    // True once those are there.
    bool lets_go() noexcept;

    counts& since_asked() noexcept { return counts_; }

private:
    using parts = std::map<unsigned, received>;  // by number

    std::string put(request const& r, received const& body);
    std::string initiate(request const& r);
    std::string complete(request const& r, std::string const& upload_id);
    std::string refuse(char const* why);
    [[nodiscard]] std::string hash_fields(std::uint64_t crc64) const;

    [[nodiscard]] std::string with_head(std::string_view status, std::string_view fields, std::string_view body) const;
    [[nodiscard]] std::string with_ims_head(std::string_view body) const;
    [[nodiscard]] std::string grant_answer(std::string const& origin) const;

    bool state_crc_;
    std::uint64_t gather_;
    std::uint64_t held_back_ = 0;
    std::string persistence_;  // the field Connection
    std::string grant_;        // one for all: nobody looks at the key twice
    std::unordered_map<std::string, parts> uploads_;
    std::uint64_t next_upload_ = 1;
    counts counts_;
};

}  // namespace bench::sink
