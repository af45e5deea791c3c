#include "ims/grant_decoder.hpp"

#include "base/text.hpp"
#include "base/wipe.hpp"
#include "ims/grant_base64.hpp"
#include "ims/grant_expiry.hpp"
#include "ims/json_text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace sluice::ims
{

namespace
{

constexpr std::size_t max_encoded = 65536;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// In the order of grant_buffer::member.
constexpr std::string_view grant_member_names[] = {"Endpoint", "Bucket", "FileName", "SecurityToken", "AccessKeyId",
    "ExpireUTCTime", "AccessKeySecret", "Expiration", "Region"};

bool is_present(json_token const& token) noexcept
{
    return token.what != json_token::kind::absent;
}

bool is_visible(json_token const& token) noexcept
{
    return token.visible || is_visible_ascii(token.text);
}

char* put(char* to, std::string_view text) noexcept
{
    std::memmove(to, text.data(), text.size());
    return to + text.size();
}

bool is_object_key(json_token const& token) noexcept
{
    return token.visible || std::none_of(token.text.begin(), token.text.end(), [](char c) {
        auto const byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F;
    });
}

}  // namespace

struct grant_buffer::endpoint_parts
{
    std::string_view scheme;  // as written; empty when there is none
    std::string_view host;
    std::string_view port;  // without leading zeros; empty when there is none
};

std::optional<grant_buffer::endpoint_parts> grant_buffer::split_endpoint(std::string_view text) noexcept
{
    endpoint_parts parts;
    if (auto const colon = text.find("://"); colon != std::string_view::npos)
    {
        parts.scheme = text.substr(0, colon);
        if (!equal_ignoring_case(parts.scheme, "http") && !equal_ignoring_case(parts.scheme, "https"))
            return std::nullopt;
        text.remove_prefix(colon + 3);
    }
    if (text.ends_with('/'))
        text.remove_suffix(1);

    auto const colon = text.find(':');
    parts.host = text.substr(0, colon);
    auto const is_host_character = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    };
    if (parts.host.empty() || !std::all_of(parts.host.begin(), parts.host.end(), is_host_character))
        return std::nullopt;
    if (colon == std::string_view::npos)
        return parts;

    parts.port = text.substr(colon + 1);
    if (parse_number<std::uint16_t>(parts.port).value_or(0) == 0)
        return std::nullopt;
    parts.port.remove_prefix(parts.port.find_first_not_of('0'));
    return parts;
}

struct grant_buffer::required_field
{
    member which;
    grant_role role;
    std::string_view grant_fields::* to;
    bool (*is_valid)(json_token const&) noexcept;
};

grant_buffer::~grant_buffer()
{
    wipe();
}

void grant_buffer::wipe() noexcept
{
    if (used_ != 0)
        sluice::wipe(memory_.get(), used_);
    used_ = 0;
}

// All of it is zero afterwards: simdjson looks at the padding.
void grant_buffer::prepare(std::size_t room)
{
    wipe();
    if (capacity_ >= room)
        return;
    memory_ = std::make_unique<char[]>(room);
    capacity_ = room;
}

grant_errc grant_buffer::load(std::string_view encoded, text_kernel const& with, members& found)
{
    if (encoded.size() > max_encoded)
        return grant_errc::too_large;
    auto* const begin = memory_.get() + used_;
    used_ += grant_base64_room(encoded.size()) + json_padding;
    auto const decoded = decode_grant_base64(encoded, begin, with);
    if (decoded.code != grant_errc{})
        return decoded.code;

    std::string_view text(begin, decoded.size);
    if (text.starts_with(byte_order_mark))
        text.remove_prefix(byte_order_mark.size());
    if (!reader_.read(text, grant_member_names, found, with))
        return grant_errc::json;
    unescape(found);
    return grant_errc{};
}

void grant_buffer::unescape(members& found) noexcept
{
    for (auto& token : found)
    {
        if (!token.escaped)
            continue;
        auto* const begin = memory_.get() + (token.text.data() - memory_.get());
        auto const* const end = unescape_json(token.text, begin);
        token.text = {begin, static_cast<std::size_t>(end - begin)};
        token.escaped = false;
    }
}

grant_result grant_buffer::take_fields(members const& address, members const& auth, bool swapped)
{
    static constexpr required_field required[] = {
        {endpoint, grant_role::address, &grant_fields::endpoint, nullptr},  // is taken apart anyway
        {bucket, grant_role::address, &grant_fields::bucket, &is_visible},
        {file_name, grant_role::address, &grant_fields::object_key, &is_object_key},
        {access_key_id, grant_role::auth, &grant_fields::access_key_id, &is_visible},
        {access_key_secret, grant_role::auth, &grant_fields::access_key_secret, &is_visible},
        {security_token, grant_role::auth, &grant_fields::security_token, &is_visible},
    };

    grant_fields fields;
    auto const parts = split_endpoint(address[endpoint].text);
    for (auto const& field : required)
    {
        auto const& token = (field.role == grant_role::address ? address : auth)[field.which];
        auto const name = grant_member_names[field.which];
        if (!is_present(token) || token.what == json_token::kind::null || (token.is_string() && token.text.empty()))
            return grant_error{grant_errc::missing_field, field.role, name};
        if (!token.is_string())
            return grant_error{grant_errc::wrong_type, field.role, name};
        if (field.which == endpoint ? !parts.has_value() : !field.is_valid(token))
            return grant_error{grant_errc::invalid_field, field.role, name};
        fields.*field.to = token.text;
    }

    fields.endpoint = normalise_endpoint(parts.value_or(endpoint_parts{}));  // there are some by now
    fields.expires_in = seconds_left(auth[expiration]);
    fields.expire_utc = end_of_life(auth[expire_utc_time], auth[expiration]);
    if (auth[region].is_string() && is_visible(auth[region]))
        fields.region = auth[region].text;
    fields.swapped = swapped;
    return fields;
}

// In place: the scheme, where it is missing, goes over the name of the member, `"Endpoint":"`, which is longer.
std::string_view grant_buffer::normalise_endpoint(endpoint_parts const& parts) noexcept
{
    auto* const host = memory_.get() + (parts.host.data() - memory_.get());
    auto const scheme = equal_ignoring_case(parts.scheme, "http") ? std::string_view("http://") : "https://";
    auto* const begin = host - scheme.size();
    put(begin, scheme);
    auto* end = host + parts.host.size();
    std::transform(host, end, host, [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (!parts.port.empty())
        end = put(end + 1, parts.port);
    return {begin, static_cast<std::size_t>(end - begin)};
}

grant_result decode_grant(
    std::string_view upload_address, std::string_view upload_auth, grant_buffer& buffer, text_kernel const& with)
{
    auto const room = [](std::string_view encoded) {
        return grant_base64_room(std::min(encoded.size(), max_encoded)) + json_padding;
    };
    buffer.prepare(room(upload_address) + room(upload_auth));

    grant_buffer::members address;
    if (auto const bad = buffer.load(upload_address, with, address); bad != grant_errc{})
        return grant_error{bad, grant_role::address};
    grant_buffer::members auth;
    if (auto const bad = buffer.load(upload_auth, with, auth); bad != grant_errc{})
        return grant_error{bad, grant_role::auth};

    // As the vendor's documentation shows its two examples.
    auto const swapped = is_present(address[grant_buffer::access_key_id]) &&
                         !is_present(address[grant_buffer::endpoint]) && is_present(auth[grant_buffer::endpoint]) &&
                         !is_present(auth[grant_buffer::access_key_id]);
    if (swapped)
        std::swap(address, auth);
    return buffer.take_fields(address, auth, swapped);
}

}  // namespace sluice::ims
