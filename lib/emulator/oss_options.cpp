#include "emulator/oss_options.hpp"

#include "base/base64.hpp"
#include "base/percent.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

namespace sluice::emulator
{

namespace
{

constexpr std::string_view meta_prefix = "x-oss-meta-";
constexpr std::size_t largest_meta = 8192;      // names and values of x-oss-meta-* together
constexpr std::size_t largest_callback = 5120;  // each of the two headers
constexpr std::size_t most_tags = 10;
constexpr std::size_t longest_tag_key = 128;  // characters
constexpr std::size_t longest_tag_value = 256;

// The service's pages disagree about the lower bound (819200 in some): the looser one is taken. Bit/s.
constexpr std::uint64_t slowest_traffic = 245760;
constexpr std::uint64_t fastest_traffic = 838860800;

constexpr std::string_view encryption_prefix = "x-oss-server-side-encryption";  // its key-id goes with it
constexpr std::array<std::string_view, 8> kept_fields{"content-type", "cache-control", "content-disposition",
    "content-encoding", "content-language", "expires", encryption_prefix, "x-oss-server-side-encryption-key-id"};
constexpr std::array<std::string_view, 3> encryptions{"AES256", "KMS", "SM4"};
constexpr std::array<std::string_view, 5> storage_classes{
    "Standard", "IA", "Archive", "ColdArchive", "DeepColdArchive"};
constexpr std::array<std::string_view, 4> acls{"default", "private", "public-read", "public-read-write"};

bool is_kept(std::string_view lower_name)
{
    return lower_name.starts_with(meta_prefix) || std::ranges::find(kept_fields, lower_name) != kept_fields.end();
}

bool is_meta_name(std::string_view lower_name)
{
    return lower_name.size() > meta_prefix.size() &&
           lower_name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

std::size_t characters(std::string_view utf8)
{
    constexpr unsigned continuation_mask = 0xC0;
    constexpr unsigned continuation = 0x80;
    return static_cast<std::size_t>(std::ranges::count_if(
        utf8, [](char c) { return (static_cast<unsigned char>(c) & continuation_mask) != continuation; }));
}

oss_error invalid_tag(std::string_view tagging)
{
    return {.status = 400,
        .code = "InvalidTag",
        .message = "x-oss-tagging has to be at most 10 different tags, URL-encoded: keys of 1 to 128 characters, "
                   "values of at most 256.",
        .details = {{"Tagging", std::string(tagging)}}};
}

oss_error invalid_encryption(std::string_view given)
{
    return {.status = 400,
        .code = "InvalidEncryptionAlgorithmError",
        .message = "The Encryption request you specified is not valid. Supported value: AES256/KMS/SM4.",
        .details = {{"ArgumentName", std::string(encryption_prefix)}, {"ArgumentValue", std::string(given)}}};
}

oss_refusal check_tagging(std::string_view tagging)
{
    std::set<std::string> keys;
    auto rest = tagging;
    while (!rest.empty())
    {
        auto const tag = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), tag.size() + 1));
        auto const equals = std::min(tag.find('='), tag.size());
        auto const key = uri_decode(tag.substr(0, equals), plus::space);
        auto const value = uri_decode(tag.substr(std::min(equals + 1, tag.size())), plus::space);
        if (!key || key->empty() || !value || !is_valid_utf8(*key) || !is_valid_utf8(*value) ||
            characters(*key) > longest_tag_key || characters(*value) > longest_tag_value || !keys.insert(*key).second ||
            keys.size() > most_tags)
            return invalid_tag(tagging);
    }
    return std::nullopt;
}

// A value that may stand in a header or in the query, but not in both.
struct either_place
{
    std::string_view value;
    bool given = false;
    bool twice = false;
};

either_place from_header_or_query(oss_request const& request, std::string_view header, std::string_view parameter)
{
    auto const in_header = request.head.has_field(header);
    auto const* in_query = request.target.parameter(parameter);
    either_place found;
    found.given = in_header || in_query != nullptr;
    found.twice = in_header && in_query != nullptr;
    found.value = in_header ? request.head.field(header) : request.parameter(parameter);
    return found;
}

oss_refusal check_callback_value(oss_request const& request, std::string_view header, std::string_view parameter)
{
    auto const found = from_header_or_query(request, header, parameter);
    if (!found.given)
        return std::nullopt;
    if (found.twice)
        return invalid_argument("The callback stands in a header and in the query.", header, found.value);
    auto const json = base64_decode(found.value);
    if (found.value.size() > largest_callback || !json || !trim(*json).starts_with('{') || !trim(*json).ends_with('}'))
        return invalid_argument(
            "The callback configuration has to be base64 of a JSON object, at most 5 KB.", header, found.value);
    return std::nullopt;
}

}  // namespace

oss_result<object_properties> read_properties(oss_request const& request)
{
    object_properties properties;
    std::size_t meta = 0;
    for (auto const& [name, value] : request.head.fields)
    {
        auto lower = to_lower(name);
        if (!is_kept(lower))
            continue;
        if (lower.starts_with(meta_prefix))
        {
            if (!is_meta_name(lower))
                return invalid_argument("The name of user metadata has to be letters, digits and dashes.", name, value);
            meta += lower.size() + value.size();
        }
        properties.fields.emplace_back(std::move(lower), std::string(trim(value)));
    }
    if (meta > largest_meta)
        return invalid_argument("The size of your metadata exceeds 8 KB.", "x-oss-meta-*", std::to_string(meta));
    if (!request.head.has_field("content-type"))
        properties.fields.emplace_back("content-type", "application/octet-stream");

    if (auto const given = request.head.field(encryption_prefix);
        !given.empty() && std::ranges::find(encryptions, given) == encryptions.end())
        return invalid_encryption(given);
    if (auto const given = request.head.field("x-oss-storage-class"); !given.empty())
    {
        if (std::ranges::find(storage_classes, given) == storage_classes.end())
            return invalid_argument("The storage class you specified is not valid.", "x-oss-storage-class", given);
        properties.storage_class = given;
    }
    properties.tagging = request.head.field("x-oss-tagging");
    if (auto refusal = check_tagging(properties.tagging))
        return *refusal;
    auto acl = read_acl(request, properties.acl);
    if (!acl)
        return acl.error();
    properties.acl = std::move(*acl);
    return properties;
}

void add_encryption(reply& r, object_properties const& properties)
{
    std::ranges::copy_if(properties.fields, std::back_inserter(r.fields),
        [](auto const& field) { return field.first.starts_with(encryption_prefix); });
}

oss_result<std::string> read_acl(oss_request const& request, std::string otherwise)
{
    auto const given = request.head.field("x-oss-object-acl");
    if (given.empty())
        return otherwise;
    if (std::ranges::find(acls, given) == acls.end())
        return invalid_argument("The object ACL you specified is not valid.", "x-oss-object-acl", given);
    return std::string(given);
}

oss_refusal check_overwrite(oss_request const& request, object_store const& store)
{
    auto const given = request.head.field("x-oss-forbid-overwrite");
    if (given.empty() || equal_ignoring_case(given, "false"))
        return std::nullopt;
    if (!equal_ignoring_case(given, "true"))
        return invalid_argument("x-oss-forbid-overwrite has to be true or false.", "x-oss-forbid-overwrite", given);
    if (store.find(request.location.bucket, request.location.key) == nullptr)
        return std::nullopt;
    return file_already_exists(request.location.key);
}

oss_refusal check_traffic_limit(oss_request const& request)
{
    constexpr std::string_view name = "x-oss-traffic-limit";
    auto const found = from_header_or_query(request, name, name);
    if (!found.given)
        return std::nullopt;
    auto const limit = parse_number<std::uint64_t>(found.value);
    if (found.twice || !limit || *limit < slowest_traffic || *limit > fastest_traffic)
        return invalid_argument(
            "x-oss-traffic-limit has to be a number of bit/s from 245760 to 838860800, in the header or the query.",
            name, found.value);
    return std::nullopt;
}

oss_refusal check_callback(oss_request const& request)
{
    if (auto refusal = check_callback_value(request, "x-oss-callback", "callback"))
        return refusal;
    return check_callback_value(request, "x-oss-callback-var", "callback-var");
}

oss_refusal failed_callback(oss_request const& request)
{
    if (!from_header_or_query(request, "x-oss-callback", "callback").given)
        return std::nullopt;
    return oss_error{.status = 203,
        .code = "CallbackFailed",
        .message = "The object is stored. The emulator makes no callbacks.",
        .ec = "0007-00000203"};
}

oss_refusal check_encoding_type(oss_request const& request)
{
    auto const* given = request.target.parameter("encoding-type");
    if (given == nullptr || given->empty() || *given == "url")
        return std::nullopt;
    return invalid_argument("Invalid Encoding Method specified in Request.", "encoding-type", *given);
}

bool wants_url_encoding(oss_request const& request)
{
    return request.parameter("encoding-type") == "url";
}

std::string encoded_as_wanted(oss_request const& request, std::string_view value)
{
    // A space has to be %20 and a plus %2B: one vendor client decodes a plus as a space, another does not.
    return wants_url_encoding(request) ? uri_encode(value, slash::escape) : std::string(value);
}

}  // namespace sluice::emulator
