#pragma once

#include <string>
#include <utility>
#include <vector>

namespace bench
{

// What sluice sends for CreateUploadStream, field by field and as long, for peers that don't sign: with one signature
// for all, which the sink does not check.
struct call_request
{
    // origin: http[s]://127.0.0.1:PORT
    explicit call_request(std::string const& origin);

    [[nodiscard]] std::string text() const;  // as it goes over the wire

    std::string target;
    std::vector<std::pair<std::string, std::string>> fields;
};

}  // namespace bench
