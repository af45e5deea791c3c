#include "emulator/acs3_authorization.hpp"

#include "base/percent.hpp"
#include "base/text.hpp"
#include "sign/acs3.hpp"

#include <algorithm>

namespace sluice::emulator
{

namespace
{

// Takes "name=value" off the front, up to the next comma; empty when it is called otherwise.
std::string_view take_item(std::string_view& rest, std::string_view name)
{
    rest = trim(rest);
    if (!rest.starts_with(name) || rest.size() <= name.size() || rest[name.size()] != '=')
        return {};
    auto const item = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), item.size() + 1));
    return trim(item.substr(name.size() + 1));
}

bool must_be_signed(std::string_view lower_name)
{
    return lower_name.starts_with("x-acs-") || lower_name == "host" || lower_name == "content-type";
}

// Values of all headers of this name: trimmed, sorted, joined with commas.
std::string joined_values(request_head const& head, std::string_view name)
{
    std::vector<std::string_view> values;
    for (auto const& [field, value] : head.fields)
    {
        if (equal_ignoring_case(field, name))
            values.push_back(trim(value));
    }
    std::ranges::sort(values);
    std::string out;
    for (auto const value : values)
    {
        if (value.data() != values.front().data())
            out += ',';
        out += value;
    }
    return out;
}

std::string canonical_query(parsed_target const& target)
{
    std::vector<sign::field_view> query(target.query.begin(), target.query.end());
    return sign::acs3::canonical_query(query);
}

}  // namespace

std::optional<acs3_authorization> parse_acs3_authorization(std::string_view value)
{
    constexpr std::string_view algorithm = "ACS3-HMAC-SHA256 ";
    if (!value.starts_with(algorithm))
        return std::nullopt;
    value.remove_prefix(algorithm.size());
    acs3_authorization parsed;
    parsed.access_key_id = take_item(value, "Credential");
    parsed.signed_headers = take_item(value, "SignedHeaders");
    parsed.signature = take_item(value, "Signature");
    if (parsed.access_key_id.empty() || parsed.signed_headers.empty() || parsed.signature.empty() || !value.empty())
        return std::nullopt;
    for (auto rest = parsed.signed_headers;;)
    {
        auto const end = rest.find(';');
        parsed.names.push_back(rest.substr(0, end));
        if (end == std::string_view::npos)
            return parsed;
        rest.remove_prefix(end + 1);
    }
}

std::string unsigned_header(request_head const& head, acs3_authorization const& authorization)
{
    for (auto const& [field, value] : head.fields)
    {
        auto const name = to_lower(field);
        if (must_be_signed(name) && std::ranges::find(authorization.names, name) == authorization.names.end())
            return name;
    }
    auto const absent =
        std::ranges::find_if_not(authorization.names, [&](std::string_view name) { return head.has_field(name); });
    return absent == authorization.names.end() ? std::string() : std::string(*absent);
}

std::string acs3_canonical_request(request_head const& head, parsed_target const& target,
    acs3_authorization const& authorization, std::string_view body_sha256)
{
    std::string out = head.method;
    out += '\n';
    append_uri_encoded(out, target.path, slash::keep);
    out += '\n';
    out += canonical_query(target);
    out += '\n';
    for (auto const name : authorization.names)
    {
        out += name;
        out += ':';
        out += joined_values(head, name);
        out += '\n';
    }
    out += '\n';
    out += authorization.signed_headers;
    out += '\n';
    out += body_sha256;
    return out;
}

}  // namespace sluice::emulator
