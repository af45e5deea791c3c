#include "sink/service.hpp"

#include "base/base64.hpp"
#include "base/crc64.hpp"
#include "base/json_writer.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace bench::sink
{

namespace
{

std::string xml(std::string_view inner)
{
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + std::string(inner);
}

// As the service has written them since 2018, and as long: 1716 characters with base64, and 192.
std::string upload_auth()
{
    sluice::json_writer w;
    w.begin_object().member("SecurityToken", std::string(1083, 'T')).member("AccessKeyId", "STS.NUkzYmVuY2hzaW5r");
    w.member("ExpireUTCTime", "2099-01-01T00:00:00Z").member("AccessKeySecret", std::string(44, 's'));
    w.member("Expiration", "3600").member("Region", "cn-shanghai").end_object();
    return sluice::base64_encode(w.str());
}

std::string upload_address(std::string const& origin)
{
    constexpr std::size_t address_bytes = 144;
    auto const with_key = [&origin](std::string const& key) {
        sluice::json_writer w;
        w.begin_object().member("Endpoint", origin).member("Bucket", "outin-0123456789abcdef0123456789abcdef");
        w.member("FileName", "stream/" + key + ".mp4").end_object();
        return w.str();
    };
    auto const short_of = address_bytes - with_key("").size();
    return sluice::base64_encode(with_key(std::string(short_of, '7')));
}

// The bucket and the key of a path such as /bucket/key.
std::string place_of(request const& r)
{
    auto const path = r.path().substr(1);
    auto const slash = std::min(path.find('/'), path.size());
    auto const key = path.substr(std::min(slash + 1, path.size()));
    return "<Bucket>" + std::string(path.substr(0, slash)) + "</Bucket><Key>" + std::string(key) + "</Key>";
}

std::string etag_of(std::uint64_t crc64)
{
    std::array<char, 33> text{};
    std::snprintf(text.data(), text.size(), "%032llX", static_cast<unsigned long long>(crc64));
    return '"' + std::string(text.data()) + '"';
}

}  // namespace

service::service(std::string const& origin, settings const& s)
    : state_crc_(s.take_crc),
      gather_(s.gather),
      persistence_(s.close_each ? "Connection: close\r\n" : "Connection: keep-alive\r\n"),
      grant_(grant_answer(origin))
{}

bool service::lets_go() noexcept
{
    if (gather_ == 0 || held_back_ < gather_)
        return false;
    held_back_ = 0;
    return true;
}

std::string service::answer(request const& r, received const& body)
{
    ++counts_.requests;
    if (state_crc_ && r.crc64 && *r.crc64 != body.crc64)
        ++counts_.crc_mismatches;
    if (r.method == "POST" && r.action == "CreateUploadStream")
        return r.path() == "/" ? grant_ : refuse("InvalidPath");
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
    auto const body = xml("<InitiateMultipartUploadResult><EncodingType>url</EncodingType>" + place_of(r) +
                          "<UploadId>" + upload_id + "</UploadId></InitiateMultipartUploadResult>");
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
    auto const body = xml("<CompleteMultipartUploadResult><EncodingType>url</EncodingType>" + place_of(r) + "<ETag>" +
                          etag_of(whole) + "</ETag></CompleteMultipartUploadResult>");
    return with_head("200 OK", "Content-Type: application/xml\r\n" + hash_fields(whole), body);
}

std::string service::refuse(char const* why)
{
    ++counts_.bad_requests;
    auto const body = xml("<Error><Code>" + std::string(why) + "</Code><Message>bench-sink</Message></Error>");
    return with_head("400 Bad Request", "Content-Type: application/xml\r\n", body);
}

std::string service::with_head(std::string_view status, std::string_view fields, std::string_view body) const
{
    std::string answer = "HTTP/1.1 ";
    answer.append(status).append("\r\nServer: AliyunOSS\r\n").append(persistence_);
    answer.append("x-oss-request-id: 5F2C4B0E4A3B2C1D0E9F8A7B\r\n").append(fields);
    answer.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n").append(body);
    return answer;
}

// With the fields that the gateway before IMS adds.
std::string service::with_ims_head(std::string_view body) const
{
    std::string answer = "HTTP/1.1 200 OK\r\nDate: Mon, 30 Mar 2026 08:05:30 GMT\r\n";
    answer.append("Content-Type: application/json;charset=utf-8\r\n").append(persistence_);
    answer.append("Access-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: *\r\n");
    answer.append("x-acs-request-id: 25818875-5F78-4AF6-D7D5-D81A3D4B9D9C\r\n");
    answer.append("x-acs-trace-id: 0123456789abcdef0123456789abcdef\r\nETag: 2aXk7+EKhBwFLb8tqJzZ3Qg0\r\n");
    answer.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n").append(body);
    return answer;
}

std::string service::grant_answer(std::string const& origin) const
{
    sluice::json_writer w;
    w.begin_object().member("RequestId", "25818875-5F78-4AF6-D7D5-D81A3D4B9D9C");
    w.member("MediaId", "0123456789abcdef0123456789abcdef");
    w.member("FileURL", "https://outin-0123456789abcdef0123456789abcdef.oss-cn-shanghai.aliyuncs.com/stream/a/b.mp4");
    w.member("UploadAddress", upload_address(origin)).member("UploadAuth", upload_auth()).end_object();
    return with_ims_head(w.str());
}

std::string service::hash_fields(std::uint64_t crc64) const
{
    auto fields = "ETag: " + etag_of(crc64) + "\r\n";
    if (state_crc_)
        fields += "x-oss-hash-crc64ecma: " + std::to_string(crc64) + "\r\n";
    return fields;
}

}  // namespace bench::sink
