#include "base/text.hpp"
#include "ims/answer_text.hpp"
#include "ims/json_object.hpp"
#include "ims/printable.hpp"
#include "ims/service.hpp"

#include <algorithm>
#include <span>

namespace sluice::ims
{

namespace
{

constexpr std::string_view definitions[] = {"FD", "LD", "SD", "HD", "OD", "2K", "4K", "SQ", "HQ"};
constexpr std::string_view hdr_types[] = {"HDR", "HDR10", "HLG", "DolbyVision", "HDRVivid", "SDR+"};
constexpr std::size_t max_extension = 16;

error refusal(std::string_view field, std::string_view value, std::string_view demand)
{
    error e(errc::invalid_argument, std::string(field).append(" ").append(in_quotes(value)).append(" ").append(demand));
    e.operation = create_upload_stream_name;
    e.recommendation = "Leave it out to let the service decide.";
    e.attempts = 0;
    return e;
}

std::string one_of(std::span<std::string_view const> values)
{
    std::string out = "is not one of";
    for (auto const& value : values)
        out.append(&value == values.data() ? " " : ", ").append(value);
    return out;
}

bool is_listed(std::string_view value, std::span<std::string_view const> values,
    bool (*equal)(std::string_view, std::string_view) noexcept)
{
    return std::ranges::any_of(values, [&](std::string_view listed) { return equal(value, listed); });
}

bool equal_exactly(std::string_view a, std::string_view b) noexcept
{
    return a == b;
}

bool is_printable(std::string_view text) noexcept
{
    auto const is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    return !text.empty() && is_valid_utf8(text) && std::ranges::none_of(text, is_control);
}

bool is_extension(std::string_view text) noexcept
{
    auto const is_alphanumeric = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    return !text.empty() && text.size() <= max_extension && std::ranges::all_of(text, is_alphanumeric);
}

bool is_json_object(std::string_view text)
{
    json_object_reader reader;
    answer_text const padded(text);
    return reader.read(padded.view(), {}, {});
}

}  // namespace

result<void> validate(stream_request const& request)
{
    if (request.media_id && !is_printable(*request.media_id))
        return refusal(
            "media id", *request.media_id, "is not a text of at least one character without control characters");
    if (request.definition && !is_listed(*request.definition, definitions, &equal_exactly))
        return refusal("definition", *request.definition, one_of(definitions) + ", in upper case");
    if (request.file_extension && !is_extension(*request.file_extension))
        return refusal("file extension", *request.file_extension,
            "is not 1 to 16 letters and digits without a dot, such as mp4, mov, flv, m4a or ts");
    if (request.hdr_type && !is_listed(*request.hdr_type, hdr_types, &equal_ignoring_case))
        return refusal("HDR type", *request.hdr_type, one_of(hdr_types) + ", in any case");
    if (request.user_data && !is_json_object(*request.user_data))
        return refusal(
            "user data", *request.user_data, "is not a JSON object in UTF-8, such as {\"Extend\":{\"id\":\"1\"}}");
    return {};
}

}  // namespace sluice::ims
