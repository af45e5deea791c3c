#include "emulator/oss_operations.hpp"

#include "base/text.hpp"
#include "emulator/oss_options.hpp"

#include <string>
#include <utility>

namespace sluice::emulator
{

namespace
{

constexpr std::uint64_t largest_appendable = 5ULL << 30U;
constexpr std::string_view position_field = "x-oss-next-append-position";

class append_object final : public storing_operation
{
public:
    append_object(oss_environment& environment, oss_request request)
        : storing_operation(environment, std::move(request), "AppendObject")
    {}

private:
    oss_refusal check() override
    {
        auto const text = request_.parameter("position");
        auto const position = parse_number<std::uint64_t>(text);
        if (!position)
            return invalid_argument("The position has to be a number of bytes.", "position", text);
        auto properties = read_properties(request_);
        if (!properties)
            return properties.error();
        properties_ = std::move(*properties);
        if (auto refusal = check_traffic_limit(request_))
            return refusal;
        if (auto refusal = check_overwrite(request_, environment_.store))
            return refusal;
        return check_position(*position);
    }

    [[nodiscard]] oss_refusal check_position(std::uint64_t position) const
    {
        auto const* old = environment_.store.find(wanted_bucket(), wanted_key());
        if (old != nullptr && old->type != object_type::appendable)
            return oss_error{.status = 409,
                .code = "ObjectNotAppendable",
                .message = "The object is not appendable.",
                .details = {{"Key", wanted_key()}}};
        auto const length = old == nullptr ? 0 : old->bytes.size();
        if (position != length)
            return oss_error{.status = 409,
                .code = "PositionNotEqualToLength",
                .message = "Position is not equal to file length.",
                .ec = "0026-00000016",
                .details = {{"Position", std::to_string(position)}, {"Length", std::to_string(length)}},
                .fields = {{std::string(position_field), std::to_string(length)}}};
        return std::nullopt;
    }

    oss_result<reply> store(received_body body) override
    {
        auto const* old = environment_.store.find(wanted_bucket(), wanted_key());
        if (old != nullptr && old->bytes.size() + body.bytes.size() > largest_appendable)
        {
            environment_.store.discard(body);
            return oss_error{
                .status = 400, .code = "EntityTooLarge", .message = "An appendable object has at most 5 GB."};
        }
        auto stored = environment_.store.append(
            wanted_bucket(), wanted_key(), std::move(body), std::move(properties_), environment_.now());
        if (!stored)
            return storage_failed(stored.error());
        auto const& object = **stored;
        reply r;
        r.fields.emplace_back("ETag", quoted(object.etag));
        r.fields.emplace_back("x-oss-hash-crc64ecma", std::to_string(object.crc64));
        r.fields.emplace_back(position_field, std::to_string(object.bytes.size()));
        add_encryption(r, object.properties);
        return r;
    }

    object_properties properties_;
};

}  // namespace

std::unique_ptr<operation> make_append_object(oss_environment& environment, oss_request request)
{
    return std::make_unique<append_object>(environment, std::move(request));
}

}  // namespace sluice::emulator
