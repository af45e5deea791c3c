#pragma once

#include <sluice/export.hpp>

#include <string>
#include <utility>
#include <vector>

namespace sluice
{

/// Parameters of an IMS operation, name and value, in any order; each name once. Sent in the query, percent-encoded.
using api_parameters = std::vector<std::pair<std::string, std::string>>;

/// The answer of an IMS operation that the library has no type for.
struct SLUICE_EXPORT api_response
{
    std::string request_id;
    std::string body;  ///< one JSON object, as sent
};

}  // namespace sluice
