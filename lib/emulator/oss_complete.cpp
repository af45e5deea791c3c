#include "emulator/oss_operations.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "base/percent.hpp"
#include "base/text.hpp"
#include "emulator/oss_complete_request.hpp"
#include "emulator/oss_options.hpp"
#include "emulator/oss_xml.hpp"
#include "emulator/upload_store.hpp"

#include <string>
#include <utility>
#include <vector>

namespace sluice::emulator
{

namespace
{

constexpr std::uint64_t smallest_part = 102400;  // of all but the last one
// 10000 parts of the longest form that a client writes have about 1.5 MB.
constexpr std::size_t largest_part_list = 4U << 20U;

oss_error invalid_part(listed_part const& part, std::string const& upload_id)
{
    return {.status = 400,
        .code = "InvalidPart",
        .message =
            "One or more of the specified parts could not be found or the specified entity tag might not have matched "
            "the part's entity tag.",
        .details = {{"ETag", part.etag}, {"PartNumber", std::to_string(part.number)}, {"UploadId", upload_id}}};
}

oss_error part_too_small(unsigned number, stored_part const& part)
{
    return {.status = 400,
        .code = "EntityTooSmall",
        .message = "Your proposed upload smaller than the minimum allowed size.",
        .ec = "0042-00000213",
        .details = {{"ETag", part.etag}, {"MinSizeAllowed", std::to_string(smallest_part)},
            {"ProposedSize", std::to_string(part.bytes.size())}, {"PartNumber", std::to_string(number)}}};
}

class complete_multipart_upload final : public oss_operation
{
public:
    complete_multipart_upload(oss_environment& environment, oss_request request)
        : oss_operation(environment, std::move(request), "CompleteMultipartUpload")
    {}

    void consume(std::span<std::byte const> block) override
    {
        if (body_.size() + block.size() <= largest_part_list)
            body_.append(reinterpret_cast<char const*>(block.data()), block.size());
        else
            too_large_ = true;
    }

private:
    oss_result<reply> answer() override
    {
        auto const* upload = environment_.store.uploads().find(wanted_bucket(), wanted_key(), upload_id);
        if (upload == nullptr)
            return no_such_upload(upload_id, "0042-00000203");
        if (auto refusal = check_options())
            return *refusal;
        auto numbers = chosen_parts(*upload);
        if (!numbers)
            return numbers.error();
        auto properties = upload->properties;
        auto acl = read_acl(request_, properties.acl);
        if (!acl)
            return acl.error();
        properties.acl = std::move(*acl);

        if (injected() == fault::kind::corrupt_object)
        {
            if (auto corrupted = environment_.store.uploads().corrupt_part(upload->id, numbers->front()); !corrupted)
                return storage_failed(corrupted.error());
        }
        auto completed =
            environment_.store.uploads().complete(upload_id, *numbers, std::move(properties), environment_.now());
        if (!completed)
            return storage_failed(completed.error());
        if (auto refusal = failed_callback(request_))
            return *refusal;
        return describe(**completed);
    }

    [[nodiscard]] oss_refusal check_options() const
    {
        if (auto refusal = check_encoding_type(request_))
            return refusal;
        if (auto refusal = check_callback(request_))
            return refusal;
        if (auto refusal = check_overwrite(request_, environment_.store))
            return refusal;
        auto const stated = request_.head.field("content-md5");
        if (!stated.empty() && base64_decode(stated) != md5_of_body())
            return oss_error{.status = 400,
                .code = "InvalidDigest",
                .message = "The Content-MD5 you specified was invalid.",
                .details = {{"Content-MD5", std::string(stated)}}};
        return std::nullopt;
    }

    [[nodiscard]] std::string md5_of_body() const
    {
        running_digest digest(running_digest::algorithm::md5);
        digest.update(as_bytes(body_));
        return digest.finish();
    }

    // The numbers of the parts that the object is to consist of.
    [[nodiscard]] oss_result<std::vector<unsigned>> chosen_parts(multipart_upload const& upload) const
    {
        auto listed = request_.head.has_field("x-oss-complete-all") ? all_parts(upload) : listed_parts();
        if (!listed)
            return listed.error();

        std::vector<unsigned> numbers;
        numbers.reserve(listed->size());
        for (auto const& part : *listed)
        {
            auto const found = upload.parts.find(part.number);
            if (found == upload.parts.end() || found->second.etag != part.etag)
                return invalid_part(part, upload.id);
            numbers.push_back(part.number);
        }
        for (auto const number : numbers)
        {
            auto const& part = upload.parts.at(number);
            if (number != numbers.back() && part.bytes.size() < smallest_part)
                return part_too_small(number, part);
        }
        return numbers;
    }

    [[nodiscard]] oss_result<std::vector<listed_part>> listed_parts() const
    {
        if (too_large_)
            return invalid_argument("The list of parts is too long.", "CompleteMultipartUpload", "");
        return read_complete_request(body_);
    }

    [[nodiscard]] oss_result<std::vector<listed_part>> all_parts(multipart_upload const& upload) const
    {
        auto const value = request_.head.field("x-oss-complete-all");
        if (value != "yes")
            return invalid_argument("x-oss-complete-all has to be yes.", "x-oss-complete-all", value);
        if (!body_.empty() || too_large_)
            return invalid_argument(
                "With x-oss-complete-all there is no list of parts.", "x-oss-complete-all", value, "0042-00000216");
        std::vector<listed_part> parts;
        parts.reserve(upload.parts.size());
        for (auto const& [number, part] : upload.parts)
            parts.push_back({number, part.etag});
        if (parts.empty())
            return oss_error{.status = 400, .code = "InvalidPart", .message = "The upload has no parts."};
        return parts;
    }

    [[nodiscard]] reply describe(stored_object const& object) const
    {
        auto location = std::string(request_.head.tls ? "https://" : "http://");
        location += request_.head.field("host");
        append_uri_encoded(location, request_.target.path, slash::keep);

        xml_writer w;
        w.begin("CompleteMultipartUploadResult");
        if (wants_url_encoding(request_))
            w.text("EncodingType", "url");
        w.text("Location", location);
        w.text("Bucket", wanted_bucket());
        w.text("Key", encoded_as_wanted(request_, wanted_key()));
        w.text("ETag", quoted(object.etag));
        w.end("CompleteMultipartUploadResult");
        auto r = xml_reply(w.take());
        r.fields.emplace_back("ETag", quoted(object.etag));
        if (environment_.crcs.of_completion)
            r.fields.emplace_back("x-oss-hash-crc64ecma", std::to_string(object.crc64));
        add_encryption(r, object.properties);
        return r;
    }

    std::string body_;
    bool too_large_ = false;
};

}  // namespace

std::unique_ptr<operation> make_complete_multipart_upload(oss_environment& environment, oss_request request)
{
    return std::make_unique<complete_multipart_upload>(environment, std::move(request));
}

}  // namespace sluice::emulator
