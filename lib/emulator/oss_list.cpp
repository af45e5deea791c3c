#include "emulator/oss_operations.hpp"

#include "base/text.hpp"
#include "emulator/oss_options.hpp"
#include "emulator/oss_xml.hpp"
#include "emulator/upload_store.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace sluice::emulator
{

namespace
{

constexpr unsigned largest_page = 1000;

struct page_size
{
    unsigned elements = largest_page;
};

oss_result<page_size> read_page_size(oss_request const& request, std::string_view name)
{
    auto const* given = request.target.parameter(name);
    if (given == nullptr || given->empty())
        return page_size{largest_page};
    auto const size = parse_number<unsigned>(*given);
    if (!size || *size < 1 || *size > largest_page)
        return invalid_argument(
            "Argument " + std::string(name) + " must be an integer between 1 and 1000.", name, *given);
    return page_size{*size};
}

class list_parts final : public oss_operation
{
public:
    list_parts(oss_environment& environment, oss_request request)
        : oss_operation(environment, std::move(request), "ListParts")
    {}

private:
    oss_result<reply> answer() override
    {
        if (auto refusal = check_encoding_type(request_))
            return *refusal;
        auto const size = read_page_size(request_, "max-parts");
        if (!size)
            return size.error();
        auto const marker_text = request_.parameter("part-number-marker");
        auto const marker = marker_text.empty() ? 0U : parse_number<unsigned>(marker_text);
        if (!marker)
            return invalid_argument(
                "Argument part-number-marker must be an integer.", "part-number-marker", marker_text);
        auto const id = request_.parameter("uploadId");
        auto const* upload = environment_.store.uploads().find(wanted_bucket(), wanted_key(), id);
        if (upload == nullptr)
            return no_such_upload(id);
        return describe(*upload, *marker, size->elements);
    }

    [[nodiscard]] reply describe(multipart_upload const& upload, unsigned marker, unsigned limit) const
    {
        auto const first = upload.parts.upper_bound(marker);
        auto end = first;
        auto next_marker = marker;
        for (unsigned taken = 0; end != upload.parts.end() && taken < limit; ++taken, ++end)
            next_marker = end->first;

        xml_writer w;
        w.begin("ListPartsResult");
        if (wants_url_encoding(request_))
            w.text("EncodingType", "url");
        w.text("Bucket", upload.bucket);
        w.text("Key", encoded_as_wanted(request_, upload.key));
        w.text("UploadId", upload.id);
        w.text("StorageClass", upload.properties.storage_class);
        w.number("PartNumberMarker", marker);
        w.number("NextPartNumberMarker", next_marker);
        w.number("MaxParts", limit);
        w.boolean("IsTruncated", end != upload.parts.end());
        for (auto it = first; it != end; ++it)
        {
            auto const& [number, part] = *it;
            w.begin("Part");
            w.number("PartNumber", number);
            w.text("LastModified", xml_time(part.last_modified));
            w.text("ETag", quoted(part.etag));
            if (environment_.crcs.of_listed_parts)
                w.text("HashCrc64ecma", std::to_string(part.crc64));
            w.number("Size", part.bytes.size());
            w.end("Part");
        }
        w.end("ListPartsResult");
        return xml_reply(w.take());
    }
};

// One page of a bucket's open uploads. Both markers are exclusive.
struct upload_page
{
    std::vector<multipart_upload const*> uploads;
    std::vector<std::string> common_prefixes;
    bool truncated = false;
    std::string next_key_marker;
    std::string next_upload_id_marker;

    [[nodiscard]] std::size_t size() const noexcept { return uploads.size() + common_prefixes.size(); }
};

struct upload_query
{
    std::string_view prefix;
    std::string_view delimiter;
    std::string_view key_marker;
    std::string_view upload_id_marker;  // without a key marker it is ignored
    unsigned limit = largest_page;

    [[nodiscard]] bool is_behind_marker(multipart_upload const& upload) const
    {
        if (key_marker.empty())
            return true;
        if (upload.key == key_marker)
            return !upload_id_marker.empty() && upload.id > upload_id_marker;
        return upload.key > key_marker;
    }

    // The key up to the first delimiter behind the prefix; empty when it has none.
    [[nodiscard]] std::string_view common_prefix(std::string_view key) const
    {
        if (delimiter.empty())
            return {};
        auto const found = key.find(delimiter, prefix.size());
        return found == std::string_view::npos ? std::string_view{} : key.substr(0, found + delimiter.size());
    }
};

upload_page select(std::vector<multipart_upload const*> const& sorted, upload_query const& query)
{
    upload_page page;
    for (auto const* upload : sorted)
    {
        if (!upload->key.starts_with(query.prefix) || !query.is_behind_marker(*upload))
            continue;
        auto const common = query.common_prefix(upload->key);
        bool const listed =
            !common.empty() &&
            ((!page.common_prefixes.empty() && page.common_prefixes.back() == common) || common <= query.key_marker);
        if (listed)
            continue;
        if (page.size() == query.limit)
        {
            page.truncated = true;
            break;
        }
        if (common.empty())
            page.uploads.push_back(upload);
        else
            page.common_prefixes.emplace_back(common);
        page.next_key_marker = common.empty() ? upload->key : common;
        page.next_upload_id_marker = common.empty() ? upload->id : std::string();
    }
    return page;
}

class list_multipart_uploads final : public oss_operation
{
public:
    list_multipart_uploads(oss_environment& environment, oss_request request)
        : oss_operation(environment, std::move(request), "ListMultipartUploads")
    {}

private:
    oss_result<reply> answer() override
    {
        if (auto refusal = check_encoding_type(request_))
            return *refusal;
        auto const size = read_page_size(request_, "max-uploads");
        if (!size)
            return size.error();
        upload_query query;
        query.prefix = request_.parameter("prefix");
        query.delimiter = request_.parameter("delimiter");
        query.key_marker = request_.parameter("key-marker");
        query.upload_id_marker = request_.parameter("upload-id-marker");
        query.limit = size->elements;
        return describe(query, select(environment_.store.uploads().of_bucket(wanted_bucket()), query));
    }

    [[nodiscard]] reply describe(upload_query const& query, upload_page const& page) const
    {
        xml_writer w;
        w.begin("ListMultipartUploadsResult");
        if (wants_url_encoding(request_))
            w.text("EncodingType", "url");
        w.text("Bucket", wanted_bucket());
        w.text("KeyMarker", encoded_as_wanted(request_, query.key_marker));
        w.text("UploadIdMarker", query.upload_id_marker);
        w.text("NextKeyMarker", encoded_as_wanted(request_, page.next_key_marker));
        w.text("NextUploadIdMarker", page.next_upload_id_marker);
        w.text("Delimiter", encoded_as_wanted(request_, query.delimiter));
        w.text("Prefix", encoded_as_wanted(request_, query.prefix));
        w.number("MaxUploads", query.limit);
        w.boolean("IsTruncated", page.truncated);
        for (auto const* upload : page.uploads)
        {
            w.begin("Upload");
            w.text("Key", encoded_as_wanted(request_, upload->key));
            w.text("UploadId", upload->id);
            w.text("StorageClass", upload->properties.storage_class);
            w.text("Initiated", xml_time(upload->initiated));
            w.end("Upload");
        }
        for (auto const& prefix : page.common_prefixes)
        {
            w.begin("CommonPrefixes");
            w.text("Prefix", encoded_as_wanted(request_, prefix));
            w.end("CommonPrefixes");
        }
        w.end("ListMultipartUploadsResult");
        return xml_reply(w.take());
    }
};

}  // namespace

std::unique_ptr<operation> make_list_parts(oss_environment& environment, oss_request request)
{
    return std::make_unique<list_parts>(environment, std::move(request));
}

std::unique_ptr<operation> make_list_multipart_uploads(oss_environment& environment, oss_request request)
{
    return std::make_unique<list_multipart_uploads>(environment, std::move(request));
}

}  // namespace sluice::emulator
