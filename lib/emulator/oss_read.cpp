#include "emulator/oss_operations.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"
#include "base/utc_time.hpp"
#include "emulator/oss_range.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace sluice::emulator
{

namespace
{

std::string_view name_of(object_type type)
{
    switch (type)
    {
    case object_type::normal:
        return "Normal";
    case object_type::multipart:
        return "Multipart";
    case object_type::appendable:
        return "Appendable";
    }
    return {};
}

void set_field(reply& r, std::string_view name, std::string_view value)
{
    auto const found =
        std::ranges::find_if(r.fields, [&](auto const& field) { return equal_ignoring_case(field.first, name); });
    if (found == r.fields.end())
        r.fields.emplace_back(name, value);
    else
        found->second = value;
}

// Whether one of the listed entity tags is that of the object.
bool lists_etag(std::string_view list, std::string_view etag)
{
    while (!list.empty())
    {
        auto item = trim(list.substr(0, list.find(',')));
        list.remove_prefix(std::min(list.size(), list.find(',') == list.npos ? list.size() : list.find(',') + 1));
        if (item == "*" || equal_ignoring_case(item, etag) || equal_ignoring_case(item, quoted(etag)))
            return true;
    }
    return false;
}

oss_error precondition_failed(std::string_view condition)
{
    return {.status = 412,
        .code = "PreconditionFailed",
        .message = "At least one of the pre-conditions you specified did not hold.",
        .details = {{"Condition", std::string(condition)}}};
}

// The conditional headers, in the order of RFC 9110, section 13.2.2.
oss_refusal check_conditions(request_head const& head, stored_object const& object)
{
    auto unchanged = oss_error{.status = 304,
        .code = "NotModified",
        .message = "Not Modified",
        .fields = {{"ETag", quoted(object.etag)}, {"Last-Modified", format_http_date(object.last_modified)}}};
    auto const date_of = [&](std::string_view name) { return parse_http_date(head.field(name)); };
    if (auto const list = head.field("if-match"); !list.empty())
    {
        if (!lists_etag(list, object.etag))
            return precondition_failed("If-Match");
    }
    else if (auto const date = date_of("if-unmodified-since"); date && object.last_modified > *date)
    {
        return precondition_failed("If-Unmodified-Since");
    }
    if (auto const list = head.field("if-none-match"); !list.empty())
    {
        if (lists_etag(list, object.etag))
            return unchanged;
    }
    else if (auto const date = date_of("if-modified-since"); date && object.last_modified <= *date)
    {
        return unchanged;
    }
    return std::nullopt;
}

// MD5 of an object that was put at once: its entity tag, in another form.
std::string content_md5(stored_object const& object)
{
    std::string raw;
    for (std::size_t i = 0; i + 1 < object.etag.size(); i += 2)
        raw += static_cast<char>(std::stoi(object.etag.substr(i, 2), nullptr, 16));
    return base64_encode(raw);
}

void describe(reply& r, stored_object const& object)
{
    r.fields.emplace_back("ETag", quoted(object.etag));
    r.fields.emplace_back("Last-Modified", format_http_date(object.last_modified));
    r.fields.emplace_back("x-oss-hash-crc64ecma", std::to_string(object.crc64));
    r.fields.emplace_back("x-oss-object-type", name_of(object.type));
    r.fields.emplace_back("x-oss-storage-class", object.properties.storage_class);
    r.fields.emplace_back("Accept-Ranges", "bytes");
    r.fields.insert(r.fields.end(), object.properties.fields.begin(), object.properties.fields.end());
    if (object.type == object_type::normal)
        r.fields.emplace_back("Content-MD5", content_md5(object));
    if (object.type == object_type::appendable)
        r.fields.emplace_back("x-oss-next-append-position", std::to_string(object.bytes.size()));
    if (auto const& tags = object.properties.tagging; !tags.empty())
        r.fields.emplace_back("x-oss-tagging-count", std::to_string(std::ranges::count(tags, '&') + 1));
}

class head_object final : public oss_operation
{
public:
    head_object(oss_environment& environment, oss_request request)
        : oss_operation(environment, std::move(request), "HeadObject")
    {}

private:
    oss_result<reply> answer() override
    {
        auto const* object = environment_.store.find(wanted_bucket(), wanted_key());
        if (object == nullptr)
            return no_such_key(wanted_key());
        if (auto refusal = check_conditions(request_.head, *object))
            return *refusal;
        reply r;
        describe(r, *object);
        r.stated_length = object->bytes.size();
        return r;
    }
};

class get_object final : public oss_operation
{
public:
    get_object(oss_environment& environment, oss_request request)
        : oss_operation(environment, std::move(request), "GetObject")
    {}

private:
    oss_result<reply> answer() override
    {
        auto const* object = environment_.store.find(wanted_bucket(), wanted_key());
        if (object == nullptr)
            return no_such_key(wanted_key());
        if (auto refusal = check_conditions(request_.head, *object))
            return *refusal;

        auto const size = object->bytes.size();
        auto const header = request_.head.field("range");
        auto const range = choose_range(header, size, request_.head.field("x-oss-range-behavior") == "standard");
        if (range.what == byte_range::kind::not_satisfiable)
            return oss_error{.status = 416,
                .code = "InvalidRange",
                .message = "The requested range cannot be satisfied.",
                .details = {{"ActualObjectSize", std::to_string(size)}, {"RangeRequested", std::string(header)}},
                .fields = {{"Content-Range", "bytes */" + std::to_string(size)}}};
        return send(*object, range);
    }

    [[nodiscard]] oss_result<reply> send(stored_object const& object, byte_range const& range) const
    {
        auto bytes = object.bytes.read(range.offset, range.length);
        if (!bytes)
            return storage_failed(error(errc::source_failed, "the object's file could not be read"));
        reply r;
        r.body = std::move(*bytes);
        describe(r, object);
        override_fields(r);
        if (range.what == byte_range::kind::partial)
        {
            r.status = 206;
            r.fields.emplace_back("Content-Range", "bytes " + std::to_string(range.offset) + '-' +
                                                       std::to_string(range.offset + range.length - 1) + '/' +
                                                       std::to_string(object.bytes.size()));
        }
        return r;
    }

    // Whoever signed the URL chooses what the answer says of the object.
    void override_fields(reply& r) const
    {
        constexpr std::string_view prefix = "response-";
        for (auto const* parameter : {"response-content-type", "response-content-language", "response-expires",
                 "response-cache-control", "response-content-disposition", "response-content-encoding"})
        {
            if (auto const* value = request_.target.parameter(parameter))
                set_field(r, std::string_view(parameter).substr(prefix.size()), *value);
        }
    }
};

class delete_object final : public oss_operation
{
public:
    delete_object(oss_environment& environment, oss_request request)
        : oss_operation(environment, std::move(request), "DeleteObject")
    {}

private:
    oss_result<reply> answer() override
    {
        if (auto removed = environment_.store.remove(wanted_bucket(), wanted_key()); !removed)
            return storage_failed(removed.error());
        reply r;
        r.status = 204;
        return r;
    }
};

}  // namespace

std::unique_ptr<operation> make_head_object(oss_environment& environment, oss_request request)
{
    return std::make_unique<head_object>(environment, std::move(request));
}

std::unique_ptr<operation> make_get_object(oss_environment& environment, oss_request request)
{
    return std::make_unique<get_object>(environment, std::move(request));
}

std::unique_ptr<operation> make_delete_object(oss_environment& environment, oss_request request)
{
    return std::make_unique<delete_object>(environment, std::move(request));
}

}  // namespace sluice::emulator
