#include "emulator/store_description.hpp"

#include "base/json_writer.hpp"
#include "base/percent.hpp"
#include "base/utc_time.hpp"

#include <simdjson.h>

#include <array>
#include <filesystem>
#include <utility>

namespace sluice::emulator
{

namespace
{

constexpr std::array<std::pair<object_type, std::string_view>, 3> type_names{{
    {object_type::normal, "Normal"},
    {object_type::multipart, "Multipart"},
    {object_type::appendable, "Appendable"},
}};

std::string_view name_of(object_type type)
{
    for (auto const& [t, name] : type_names)
    {
        if (t == type)
            return name;
    }
    return {};
}

void write_bytes(json_writer& w, content const& bytes)
{
    w.member("data", std::filesystem::path(bytes.file()).filename().string());
    w.member("size", bytes.size());
}

void write_properties(json_writer& w, object_properties const& properties)
{
    w.member("storage_class", properties.storage_class);
    w.member("acl", properties.acl);
    w.member("tagging", uri_encode(properties.tagging, slash::escape));
    w.key("fields").begin_array();
    for (auto const& [name, value] : properties.fields)
        w.begin_array().text(name).text(uri_encode(value, slash::keep)).end_array();  // a header may not be UTF-8
    w.end_array();
}

// Reads members of one JSON object; remembers whether any was missing or of another kind.
class members
{
public:
    explicit members(simdjson::dom::element object) : object_(object) {}

    std::string text(std::string_view name)
    {
        std::string_view value;
        if (object_[name].get(value) != simdjson::SUCCESS)
            complete_ = false;
        return std::string(value);
    }

    std::string escaped_text(std::string_view name)
    {
        auto value = uri_decode(text(name), plus::literal);
        complete_ = complete_ && value;
        return value.value_or("");
    }

    std::uint64_t number(std::string_view name)
    {
        std::uint64_t value = 0;
        if (object_[name].get(value) != simdjson::SUCCESS)
            complete_ = false;
        return value;
    }

    utc_seconds time(std::string_view name)
    {
        auto const value = parse_iso8601(text(name));
        complete_ = complete_ && value;
        return value.value_or(utc_seconds{});
    }

    object_type type(std::string_view name)
    {
        auto const value = text(name);
        for (auto const& [t, known] : type_names)
        {
            if (known == value)
                return t;
        }
        complete_ = false;
        return object_type::normal;
    }

    content bytes(std::string const& folder)
    {
        auto const file = text("data");
        auto const size = number("size");
        return content((std::filesystem::path(folder) / std::filesystem::path(file).filename()).string(), size);
    }

    object_properties properties()
    {
        object_properties p;
        p.storage_class = text("storage_class");
        p.acl = text("acl");
        p.tagging = escaped_text("tagging");
        simdjson::dom::array fields;
        if (object_["fields"].get(fields) != simdjson::SUCCESS)
            complete_ = false;
        else
            for (auto const field : fields)
                p.fields.push_back(name_and_value(field));
        return p;
    }

    [[nodiscard]] bool complete() const noexcept { return complete_; }

private:
    std::pair<std::string, std::string> name_and_value(simdjson::dom::element field)
    {
        std::string_view name;
        std::string_view value;
        if (field.at(0).get(name) != simdjson::SUCCESS || field.at(1).get(value) != simdjson::SUCCESS)
            complete_ = false;
        return {std::string(name), uri_decode(value, plus::literal).value_or("")};
    }

    simdjson::dom::element object_;
    bool complete_ = true;
};

// Runs `read` on the members of the JSON object in `json`.
template <class Read>
auto with_members(std::string const& json, Read read) -> std::optional<decltype(read(std::declval<members&>()))>
{
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    if (parser.parse(json).get(root) != simdjson::SUCCESS)
        return std::nullopt;
    members m(root);
    auto value = read(m);
    if (!m.complete())
        return std::nullopt;
    return value;
}

}  // namespace

std::string describe_object(std::string_view key, stored_object const& object)
{
    json_writer w;
    w.begin_object();
    w.member("key", key);
    w.member("type", name_of(object.type));
    w.member("etag", object.etag);
    w.member("crc64", object.crc64);
    w.member("last_modified", format_iso8601(object.last_modified));
    write_bytes(w, object.bytes);
    write_properties(w, object.properties);
    w.end_object();
    return w.str();
}

std::optional<described_object> read_object(std::string const& json, std::string const& folder)
{
    return with_members(json, [&](members& m) {
        described_object d;
        d.key = m.text("key");
        d.object.type = m.type("type");
        d.object.etag = m.text("etag");
        d.object.crc64 = m.number("crc64");
        d.object.last_modified = m.time("last_modified");
        d.object.bytes = m.bytes(folder);
        d.object.properties = m.properties();
        return d;
    });
}

std::string describe_upload(multipart_upload const& upload)
{
    json_writer w;
    w.begin_object();
    w.member("bucket", upload.bucket);
    w.member("key", upload.key);
    w.member("upload_id", upload.id);
    w.member("initiated", format_iso8601(upload.initiated));
    write_properties(w, upload.properties);
    w.end_object();
    return w.str();
}

std::optional<multipart_upload> read_upload(std::string const& json)
{
    return with_members(json, [](members& m) {
        multipart_upload u;
        u.bucket = m.text("bucket");
        u.key = m.text("key");
        u.id = m.text("upload_id");
        u.initiated = m.time("initiated");
        u.properties = m.properties();
        return u;
    });
}

std::string describe_part(stored_part const& part)
{
    json_writer w;
    w.begin_object();
    w.member("etag", part.etag);
    w.member("crc64", part.crc64);
    w.member("last_modified", format_iso8601(part.last_modified));
    write_bytes(w, part.bytes);
    w.end_object();
    return w.str();
}

std::optional<stored_part> read_part(std::string const& json, std::string const& folder)
{
    return with_members(json, [&](members& m) {
        stored_part p;
        p.etag = m.text("etag");
        p.crc64 = m.number("crc64");
        p.last_modified = m.time("last_modified");
        p.bytes = m.bytes(folder);
        return p;
    });
}

}  // namespace sluice::emulator
