#include "oss/xml_answers.hpp"

#include "base/percent.hpp"
#include "base/text.hpp"
#include "base/xml.hpp"

#include <algorithm>

namespace sluice::oss
{

namespace
{

using element = xml_document::element;

// The document, when its root has the name asked for.
std::optional<xml_document> parse_rooted(std::string_view body, std::string_view root_name)
{
    auto document = xml_document::parse(body);
    if (document && document->root_name() != root_name)
        return std::nullopt;
    return document;
}

std::string text_of(element const& parent, std::string_view child)
{
    return parent.text(child).value_or(std::string());
}

std::string token_of(element const& parent, std::string_view child)
{
    return std::string(trim(text_of(parent, child)));
}

// Reads the elements that hold keys or parts of them. The element EncodingType may stand behind them.
class key_reader
{
public:
    explicit key_reader(element const& root) : url_encoded_(token_of(root, "EncodingType") == "url") {}

    // A server should write a blank as %20; the vendor's newest client takes a plus for one too.
    std::string operator()(element const& parent, std::string_view child)
    {
        auto text = text_of(parent, child);
        if (!url_encoded_)
            return text;
        auto decoded = uri_decode(text, plus::space);
        failed_ = failed_ || !decoded;
        return std::move(decoded).value_or(std::string());
    }

    [[nodiscard]] bool failed() const noexcept { return failed_; }

private:
    bool url_encoded_;
    bool failed_ = false;
};

// Nothing: neither true nor false. An absent or empty element says false.
std::optional<bool> flag_of(element const& parent, std::string_view child)
{
    auto const text = token_of(parent, child);
    if (text.empty() || equal_ignoring_case(text, "false"))
        return false;
    if (equal_ignoring_case(text, "true"))
        return true;
    return std::nullopt;
}

// An absent or empty element is no number, and no failure.
template <class T>
bool read_optional_number(element const& parent, std::string_view child, std::optional<T>& to)
{
    auto const text = token_of(parent, child);
    to = parse_number<T>(text);
    return to || text.empty();
}

std::optional<listed_part> read_part(element const& from)
{
    auto const number = parse_number<unsigned>(token_of(from, "PartNumber"));
    auto const size = parse_number<std::uint64_t>(token_of(from, "Size"));
    if (!number || *number < 1 || *number > max_part_number || !size)
        return std::nullopt;

    listed_part part;
    part.part_number = *number;
    part.etag = unquoted(token_of(from, "ETag"));
    part.size = *size;
    if (part.etag.empty() || !read_optional_number(from, "HashCrc64ecma", part.crc64))
        return std::nullopt;
    return part;
}

}  // namespace

std::optional<initiate_answer> read_initiate_answer(std::string_view body)
{
    auto const document = parse_rooted(body, "InitiateMultipartUploadResult");
    if (!document)
        return std::nullopt;
    auto const root = document->root();
    key_reader key_of(root);

    initiate_answer answer{token_of(root, "Bucket"), key_of(root, "Key"), token_of(root, "UploadId")};
    if (answer.upload_id.empty() || key_of.failed())
        return std::nullopt;
    return answer;
}

std::optional<complete_answer> read_complete_answer(std::string_view body)
{
    auto const document = parse_rooted(body, "CompleteMultipartUploadResult");
    if (!document)
        return std::nullopt;
    auto const root = document->root();
    key_reader key_of(root);

    complete_answer answer{
        token_of(root, "Location"), token_of(root, "Bucket"), key_of(root, "Key"), token_of(root, "ETag")};
    if (key_of.failed())
        return std::nullopt;
    return answer;
}

std::optional<list_parts_answer> read_list_parts_answer(std::string_view body)
{
    auto const document = parse_rooted(body, "ListPartsResult");
    if (!document)
        return std::nullopt;
    auto const root = document->root();
    key_reader key_of(root);

    list_parts_answer answer{token_of(root, "Bucket"), key_of(root, "Key"), token_of(root, "UploadId"), {}, false, {}};
    auto const truncated = flag_of(root, "IsTruncated");
    bool good = truncated.has_value() && !key_of.failed() &&
                read_optional_number(root, "NextPartNumberMarker", answer.next_marker);
    root.for_each("Part", [&](element const& from) {
        auto part = read_part(from);
        // The service lists in ascending order; anything else is not to be built upon.
        good = good && part && (answer.parts.empty() || answer.parts.back().part_number < part->part_number);
        if (good)
            answer.parts.push_back(*std::move(part));
    });
    if (!good)
        return std::nullopt;
    answer.is_truncated = *truncated;
    return answer;
}

std::optional<list_uploads_answer> read_list_uploads_answer(std::string_view body)
{
    auto const document = parse_rooted(body, "ListMultipartUploadsResult");
    if (!document)
        return std::nullopt;
    auto const root = document->root();
    key_reader key_of(root);

    list_uploads_answer answer;
    answer.bucket = token_of(root, "Bucket");
    answer.prefix = key_of(root, "Prefix");
    answer.next_key_marker = key_of(root, "NextKeyMarker");
    answer.next_upload_id_marker = token_of(root, "NextUploadIdMarker");
    auto const truncated = flag_of(root, "IsTruncated");
    bool good = truncated.has_value();
    root.for_each("Upload", [&](element const& from) {
        listed_upload upload{key_of(from, "Key"), token_of(from, "UploadId"), token_of(from, "Initiated"), {}};
        good = good && !upload.key.empty() && !upload.upload_id.empty();
        answer.uploads.push_back(std::move(upload));
    });
    if (!good || key_of.failed())
        return std::nullopt;
    answer.is_truncated = *truncated;
    return answer;
}

std::string write_complete_request(std::span<part_ref const> parts)
{
    std::string body = "<CompleteMultipartUpload>";
    for (auto const& part : parts)
    {
        body.append("<Part><PartNumber>").append(std::to_string(part.part_number)).append("</PartNumber><ETag>");
        append_xml_escaped(body, "\"" + part.etag + "\"");
        body += "</ETag></Part>";
    }
    return body + "</CompleteMultipartUpload>";
}

std::string_view unquoted(std::string_view etag) noexcept
{
    if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"')
        return etag.substr(1, etag.size() - 2);
    return etag;
}

}  // namespace sluice::oss
