#include "sink/service.hpp"

#include "base/base64.hpp"
#include "base/crc64.hpp"
#include "base/json_writer.hpp"
#include "base/text.hpp"

#include <array>
#include <cstdio>

namespace bench::sink
{

namespace
{

std::string with_head(std::string_view status, std::string_view fields, std::string_view body)
{
    std::string answer = "HTTP/1.1 ";
    answer.append(status).append("\r\nServer: AliyunOSS\r\nConnection: keep-alive\r\n");
    answer.append("x-oss-request-id: 5F2C4B0E4A3B2C1D0E9F8A7B\r\n").append(fields);
    answer.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n").append(body);
    return answer;
}

std::string xml(std::string_view inner)
{
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + std::string(inner);
}

// As the service has written them since 2018, and as long: 1716 characters with base64, and some 190.
std::string upload_auth()
{
    sluice::json_writer w;
    w.begin_object().member("SecurityToken", std::string(1082, 'T')).member("AccessKeyId", "STS.NUkzYmVuY2hzaW5r");
    w.member("ExpireUTCTime", "2099-01-01T00:00:00Z").member("AccessKeySecret", std::string(44, 's'));
    w.member("Expiration", "3600").member("Region", "cn-shanghai").end_object();
    return sluice::base64_encode(w.str());
}

// Of every grant; the client checks that answers are about it.
std::string const bucket = "outin-0123456789abcdef0123456789abcdef";

std::string upload_address(std::string const& origin)
{
    sluice::json_writer w;
    w.begin_object().member("Endpoint", origin).member("Bucket", bucket);
    w.member("FileName", "stream/0123456789/0123456789.mp4").end_object();
    return sluice::base64_encode(w.str());
}

std::string grant_answer(std::string const& origin)
{
    sluice::json_writer w;
    w.begin_object().member("RequestId", "25818875-5F78-4AF6-D7D5-D81A3D4B9D9C");
    w.member("MediaId", "0123456789abcdef0123456789abcdef");
    w.member("FileURL", "https://outin-0123456789abcdef0123456789abcdef.oss-cn-shanghai.aliyuncs.com/stream/a/b.mp4");
    w.member("UploadAddress", upload_address(origin)).member("UploadAuth", upload_auth()).end_object();
    return with_head("200 OK", "Content-Type: application/json;charset=utf-8\r\n", w.str());
}

std::string key_of(request const& r)
{
    auto const path = r.path();
    auto const slash = path.find('/', 1);
    return slash == std::string_view::npos ? std::string() : std::string(path.substr(slash + 1));
}

std::string etag_of(std::uint64_t crc64)
{
    std::array<char, 33> text{};
    std::snprintf(text.data(), text.size(), "%032llX", static_cast<unsigned long long>(crc64));
    return '"' + std::string(text.data()) + '"';
}

}  // namespace

service::service(std::string const& origin, bool state_crc) : grant_(grant_answer(origin)), state_crc_(state_crc) {}

std::string service::answer(request const& r, received const& body)
{
    ++counts_.requests;
    if (state_crc_ && r.crc64 && *r.crc64 != body.crc64)
        ++counts_.crc_mismatches;
    if (r.action == "CreateUploadStream")
        return grant_;
    if (r.method == "PUT")
        return put(r, body);
    auto const upload_id = r.query("uploadId");
    if (r.method == "POST" && r.query("uploads"))
        return initiate(r);
    if (r.method == "POST" && upload_id)
        return complete(r, std::string(*upload_id));
    if (r.method != "DELETE")
        return refuse("MethodNotAllowed");
    if (upload_id)
        uploads_.erase(std::string(*upload_id));
    return with_head("204 No Content", "", "");
}

std::string service::put(request const& r, received const& body)
{
    counts_.body_bytes += body.bytes;
    if (auto const upload_id = r.query("uploadId"))
    {
        auto const upload = uploads_.find(std::string(*upload_id));
        auto const number = sluice::parse_number<unsigned>(r.query("partNumber").value_or(""));
        if (upload == uploads_.end() || !number)
            return refuse("NoSuchUpload");
        upload->second[*number] = body;
        ++counts_.parts;
    }
    return with_head("200 OK", hash_fields(body.crc64), "");
}

std::string service::initiate(request const& r)
{
    auto const upload_id = "BENCH" + std::to_string(next_upload_++);
    uploads_[upload_id];
    auto const body =
        xml("<InitiateMultipartUploadResult><EncodingType>url</EncodingType><Bucket>" + bucket + "</Bucket><Key>" +
            key_of(r) + "</Key><UploadId>" + upload_id + "</UploadId></InitiateMultipartUploadResult>");
    return with_head("200 OK", "Content-Type: application/xml\r\n", body);
}

std::string service::complete(request const& r, std::string const& upload_id)
{
    auto const upload = uploads_.extract(upload_id);
    if (!upload)
        return refuse("NoSuchUpload");
    std::uint64_t whole = 0;
    for (auto const& [number, part] : upload.mapped())
        whole = sluice::crc64_combine(whole, part.crc64, part.bytes);
    auto const body =
        xml("<CompleteMultipartUploadResult><EncodingType>url</EncodingType><Bucket>" + bucket + "</Bucket><Key>" +
            key_of(r) + "</Key><ETag>" + etag_of(whole) + "</ETag></CompleteMultipartUploadResult>");
    return with_head("200 OK", "Content-Type: application/xml\r\n" + hash_fields(whole), body);
}

std::string service::refuse(char const* why)
{
    ++counts_.bad_requests;
    auto const body = xml("<Error><Code>" + std::string(why) + "</Code><Message>bench-sink</Message></Error>");
    return with_head("400 Bad Request", "Content-Type: application/xml\r\n", body);
}

std::string service::hash_fields(std::uint64_t crc64) const
{
    auto fields = "ETag: " + etag_of(crc64) + "\r\n";
    if (state_crc_)
        fields += "x-oss-hash-crc64ecma: " + std::to_string(crc64) + "\r\n";
    return fields;
}

}  // namespace bench::sink
