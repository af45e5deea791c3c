#pragma once

#include <sluice/export.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sluice
{

/// Parameters of an IMS operation, name and value, in any order; each name once. Sent in the query, percent-encoded.
/// Up to eight can be written down inside a call, `{{"MediaId", id}, {"Status", "Normal"}}`; more are appended.
class SLUICE_EXPORT api_parameters : public std::vector<std::pair<std::string, std::string>>
{
public:
    /// One parameter of a list in braces.
    class item
    {
    public:
        item() = default;
        item(std::string name, std::string value) : given_(std::in_place, std::move(name), std::move(value)) {}

    private:
        friend class api_parameters;
        std::optional<value_type> given_;
    };

    api_parameters() = default;

    // Not a std::initializer_list: g++ 12 compiles none inside a co_await ("array used as initializer").
    // NOLINTNEXTLINE(google-explicit-constructor): written as a list in braces
    api_parameters(item first, item second = {}, item third = {}, item fourth = {}, item fifth = {}, item sixth = {},
        item seventh = {}, item eighth = {})
    {
        for (auto* one : {&first, &second, &third, &fourth, &fifth, &sixth, &seventh, &eighth})
        {
            if (one->given_)
                push_back(std::move(*one->given_));
        }
    }
};

/// The answer of an IMS operation that the library has no type for.
struct SLUICE_EXPORT api_response
{
    std::string request_id;
    std::string body;  ///< one JSON object, as sent
};

}  // namespace sluice
