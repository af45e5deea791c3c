#include "upload/checkpoint.hpp"

#include "base/crc64.hpp"
#include "base/digest.hpp"
#include "base/json_writer.hpp"
#include "base/utc_time.hpp"
#include "upload/part_plan.hpp"

#include <simdjson.h>

#include <array>
#include <charconv>
#include <utility>

namespace sluice::upload
{

namespace
{

constexpr std::int64_t version = 1;

// The upload id of a service is opaque; a longer one is not of a service.
constexpr std::size_t max_upload_id = 1024;

error damaged(std::string what)
{
    return {errc::invalid_argument, std::move(what)};
}

std::string checksum_of(std::string_view text)
{
    std::array<char, 17> digits{};
    auto const value = crc64(0, as_bytes(text));
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr;
    return {digits.data(), end};
}

void write_grant(json_writer& to, upload_grant const& g)
{
    to.key("grant").begin_object();
    to.member("region", g.region);
    to.member("access_key_id", g.credentials.access_key_id);
    to.member("access_key_secret", g.credentials.access_key_secret.reveal());
    to.member("security_token", g.credentials.security_token.reveal());
    if (g.expire_utc)
        to.member("expire_utc", format_iso8601(*g.expire_utc));
    to.member("media_id", g.media_id);
    to.member("file_url", g.file_url);
    to.end_object();
}

// Members by name; the first that is absent or of another type makes all of it no good.
class reader
{
public:
    explicit reader(simdjson::dom::object from) : from_(from) {}

    std::string text(std::string_view name)
    {
        std::string_view value;
        good_ = from_[name].get(value) == simdjson::SUCCESS && good_;
        return std::string(value);
    }

    std::uint64_t number(std::string_view name)
    {
        std::uint64_t value = 0;
        good_ = from_[name].get(value) == simdjson::SUCCESS && good_;
        return value;
    }

    [[nodiscard]] std::optional<std::string> text_if_there(std::string_view name) const
    {
        std::string_view value;
        if (from_[name].get(value) != simdjson::SUCCESS)
            return std::nullopt;
        return std::string(value);
    }

    [[nodiscard]] bool good() const noexcept { return good_; }

private:
    simdjson::dom::object from_;
    bool good_ = true;
};

std::optional<upload_grant> read_grant(simdjson::dom::object from, checkpoint const& of)
{
    reader fields(from);
    upload_grant g;
    g.endpoint = of.endpoint;
    g.bucket = of.bucket;
    g.object_key = of.object_key;
    g.region = fields.text("region");
    g.credentials.access_key_id = fields.text("access_key_id");
    g.credentials.access_key_secret = fields.text("access_key_secret");
    g.credentials.security_token = fields.text("security_token");
    g.media_id = fields.text("media_id");
    g.file_url = fields.text("file_url");
    if (auto const end = fields.text_if_there("expire_utc"))
        g.expire_utc = parse_iso8601(*end);
    if (!fields.good())
        return std::nullopt;
    return g;
}

result<checkpoint> read_fields(simdjson::dom::object from)
{
    std::int64_t found = 0;
    if (from["sluice_checkpoint"].get(found) != simdjson::SUCCESS)
        return damaged("it is no checkpoint of an upload");
    if (found != version)
        return damaged(
            "it is of version " + std::to_string(found) + ", and this library knows " + std::to_string(version));
    reader fields(from);
    checkpoint c;
    c.source = fields.text("source");
    c.stream = fields.text("stream");
    c.size = fields.number("size");
    c.part_size = fields.number("part_size");
    c.endpoint = fields.text("endpoint");
    c.bucket = fields.text("bucket");
    c.object_key = fields.text("object_key");
    c.upload_id = fields.text("upload_id");
    if (!fields.good() || c.source.empty() || c.upload_id.empty() || c.upload_id.size() > max_upload_id)
        return damaged("a field is missing or of the wrong kind");
    if (!plan_of_cut(c.size, c.part_size))
        return damaged("its sizes are none of an upload");
    simdjson::dom::object grant;
    if (from["grant"].get(grant) == simdjson::SUCCESS)
    {
        c.grant = read_grant(grant, c);
        if (!c.grant)
            return damaged("a field of its grant is missing");
    }
    return c;
}

}  // namespace

std::string to_text(checkpoint const& c)
{
    json_writer json;
    json.begin_object();
    json.member("sluice_checkpoint", version);
    json.member("source", c.source);
    json.member("stream", c.stream);
    json.member("size", c.size);
    json.member("part_size", c.part_size);
    json.member("endpoint", c.endpoint);
    json.member("bucket", c.bucket);
    json.member("object_key", c.object_key);
    json.member("upload_id", c.upload_id);
    if (c.grant)
        write_grant(json, *c.grant);
    json.end_object();
    return json.str() + '\n' + checksum_of(json.str()) + '\n';
}

result<checkpoint> parse_checkpoint(std::string_view text)
{
    auto const line = text.substr(0, text.find('\n'));
    if (text.size() != line.size() + checksum_of(line).size() + 2 ||
        text.substr(line.size() + 1) != checksum_of(line) + '\n')
        return damaged("it was not written to its end, or was changed");
    simdjson::dom::parser parser;
    simdjson::dom::object top;
    if (parser.parse(simdjson::padded_string(line)).get(top) != simdjson::SUCCESS)
        return damaged("it is no JSON object");
    return read_fields(top);
}

}  // namespace sluice::upload
