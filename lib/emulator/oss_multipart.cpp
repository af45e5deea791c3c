#include "emulator/oss_operations.hpp"

#include "base/text.hpp"
#include "emulator/oss_complete_request.hpp"
#include "emulator/oss_options.hpp"
#include "emulator/oss_xml.hpp"
#include "emulator/upload_store.hpp"

#include <string>
#include <utility>

namespace sluice::emulator
{

namespace
{

constexpr std::size_t upload_id_digits = 32;

class initiate_multipart_upload final : public oss_operation
{
public:
    initiate_multipart_upload(oss_environment& environment, oss_request request)
        : oss_operation(environment, std::move(request), "InitiateMultipartUpload")
    {}

private:
    oss_result<reply> answer() override
    {
        if (auto refusal = check_encoding_type(request_))
            return *refusal;
        if (auto refusal = check_overwrite(request_, environment_.store))
            return *refusal;
        auto properties = read_properties(request_);
        if (!properties)
            return properties.error();

        multipart_upload upload;
        upload.bucket = wanted_bucket();
        upload.key = wanted_key();
        upload.id = environment_.random_id(upload_id_digits);
        upload.initiated = environment_.now();
        upload.properties = *properties;
        auto const id = upload.id;
        if (auto begun = environment_.store.uploads().initiate(std::move(upload)); !begun)
            return storage_failed(begun.error());
        auto r = describe(id);
        add_encryption(r, *properties);
        return r;
    }

    [[nodiscard]] reply describe(std::string const& id) const
    {
        xml_writer w;
        w.begin("InitiateMultipartUploadResult");
        if (wants_url_encoding(request_))
            w.text("EncodingType", "url");
        w.text("Bucket", wanted_bucket());
        w.text("Key", encoded_as_wanted(request_, wanted_key()));
        w.text("UploadId", id);
        w.end("InitiateMultipartUploadResult");
        return xml_reply(w.take());
    }
};

class upload_part final : public storing_operation
{
public:
    upload_part(oss_environment& environment, oss_request request)
        : storing_operation(environment, std::move(request), "UploadPart")
    {}

private:
    oss_refusal check() override
    {
        auto const text = request_.parameter("partNumber");
        auto const number = parse_number<unsigned>(text);
        if (!number || *number < 1 || *number > last_part_number)
            return invalid_argument(
                "Part number must be an integer between 1 and 10000, inclusive.", "partNumber", text);
        number_ = *number;
        // Encryption belongs to the whole object: it is chosen when the upload is initiated.
        for (auto const* header : {"x-oss-server-side-encryption", "x-oss-server-side-encryption-key-id"})
        {
            if (request_.head.has_field(header))
                return invalid_argument("A part takes no such header.", header, request_.head.field(header));
        }
        if (auto refusal = check_traffic_limit(request_))
            return refusal;
        auto const id = request_.parameter("uploadId");
        if (environment_.store.uploads().find(wanted_bucket(), wanted_key(), id) == nullptr)
            return no_such_upload(id);
        return std::nullopt;
    }

    oss_result<reply> store(received_body body) override
    {
        auto const md5 = body.md5;
        if (injected() == fault::kind::drop_part)
        {
            auto answered = stored_reply(etag_of(md5), body.crc64, md5);
            environment_.store.discard(body);
            return answered;
        }
        auto stored = environment_.store.uploads().put_part(
            std::string(request_.parameter("uploadId")), number_, std::move(body), environment_.now());
        if (!stored)
            return storage_failed(stored.error());
        return stored_reply((*stored)->etag, (*stored)->crc64, md5);
    }

    static reply stored_reply(std::string_view etag, std::uint64_t crc64, std::string_view md5)
    {
        reply r;
        add_digests(r, etag, crc64, md5);
        return r;
    }

    unsigned number_ = 0;
};

class abort_multipart_upload final : public oss_operation
{
public:
    abort_multipart_upload(oss_environment& environment, oss_request request)
        : oss_operation(environment, std::move(request), "AbortMultipartUpload")
    {}

private:
    oss_result<reply> answer() override
    {
        auto const id = request_.parameter("uploadId");
        if (environment_.store.uploads().find(wanted_bucket(), wanted_key(), id) == nullptr)
            return no_such_upload(id);
        if (auto aborted = environment_.store.uploads().abort(std::string(id)); !aborted)
            return storage_failed(aborted.error());
        reply r;
        r.status = 204;
        return r;
    }
};

}  // namespace

std::unique_ptr<operation> make_initiate_multipart_upload(oss_environment& environment, oss_request request)
{
    return std::make_unique<initiate_multipart_upload>(environment, std::move(request));
}

std::unique_ptr<operation> make_upload_part(oss_environment& environment, oss_request request)
{
    return std::make_unique<upload_part>(environment, std::move(request));
}

std::unique_ptr<operation> make_abort_multipart_upload(oss_environment& environment, oss_request request)
{
    return std::make_unique<abort_multipart_upload>(environment, std::move(request));
}

}  // namespace sluice::emulator
