#include "emulator/oss_complete_request.hpp"

#include "base/text.hpp"
#include "base/xml.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

namespace sluice::emulator
{

namespace
{

oss_error malformed_xml()
{
    return {.status = 400,
        .code = "MalformedXML",
        .message = "The XML you provided was not well-formed or did not validate against our published schema.",
        .ec = "0042-00000205"};
}

std::string bare_etag(std::string_view text)
{
    text = trim(text);
    if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"'))
        text = text.substr(1, text.size() - 2);
    std::string upper(text);
    std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return upper;
}

oss_result<listed_part> read_part(xml_document::element const& part)
{
    auto const number_text = part.text("PartNumber");
    auto const etag = part.text("ETag");
    if (!number_text || !etag)
        return malformed_xml();
    auto const number = parse_number<unsigned>(trim(*number_text));
    if (!number || *number < 1 || *number > last_part_number)
        return invalid_argument(
            "Part number must be an integer between 1 and 10000, inclusive.", "PartNumber", *number_text);
    return listed_part{*number, bare_etag(*etag)};
}

}  // namespace

oss_result<std::vector<listed_part>> read_complete_request(std::string_view body)
{
    auto const document = xml_document::parse(body);
    if (!document || document->root_name() != "CompleteMultipartUpload")
        return malformed_xml();

    std::vector<listed_part> parts;
    oss_refusal refusal;
    document->root().for_each("Part", [&](xml_document::element const& element) {
        auto part = read_part(element);
        if (part)
            parts.push_back(std::move(*part));
        else if (!refusal)
            refusal = part.error();
    });
    if (refusal)
        return *refusal;
    if (parts.empty())
        return malformed_xml();
    if (std::ranges::adjacent_find(parts, std::ranges::greater_equal{}, &listed_part::number) != parts.end())
        return oss_error{.status = 400,
            .code = "InvalidPartOrder",
            .message =
                "The list of parts was not in ascending order. The parts list must be specified in order by part "
                "number."};
    return parts;
}

}  // namespace sluice::emulator
