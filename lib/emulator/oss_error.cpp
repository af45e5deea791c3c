#include "emulator/oss_error.hpp"

#include "emulator/oss_xml.hpp"

namespace sluice::emulator
{

namespace
{

// 50 55 54 0A: shows blanks and line ends that a person would not see.
std::string spaced_hex(std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size() * 3);
    for (auto const c : text)
    {
        auto const byte = static_cast<unsigned char>(c);
        out += digits[byte >> 4U];
        out += digits[byte & 0x0FU];
        out += ' ';
    }
    return out;
}

}  // namespace

oss_error access_denied(std::string message, std::string ec)
{
    return {.status = 403, .code = "AccessDenied", .message = std::move(message), .ec = std::move(ec)};
}

oss_error invalid_argument(std::string message, std::string_view name, std::string_view value, std::string ec)
{
    return {.status = 400,
        .code = "InvalidArgument",
        .message = std::move(message),
        .ec = std::move(ec),
        .details = {{"ArgumentName", std::string(name)}, {"ArgumentValue", std::string(value)}}};
}

oss_error wrong_endpoint(std::string_view bucket, std::string_view region)
{
    return {.status = 403,
        .code = "AccessDenied",
        .message =
            "The bucket you are attempting to access must be addressed using the specified endpoint. Please send "
            "all future requests to this endpoint.",
        .ec = "0003-00001403",
        .details = {{"Bucket", std::string(bucket)}, {"Endpoint", "oss-" + std::string(region) + ".aliyuncs.com"}}};
}

// A status of 5xx would be tried again by every client.
oss_error not_implemented(std::string_view what)
{
    return {.status = 400,
        .code = "NotImplemented",
        .message = "The emulator does not implement " + std::string(what) + ".",
        .details = {{"Header", std::string(what)}}};
}

oss_error invalid_object_name(std::string_view key)
{
    return {.status = 400,
        .code = "InvalidObjectName",
        .message = "The specified object is not valid.",
        .details = {{"ObjectName", std::string(key)}}};
}

oss_error no_such_bucket(std::string_view bucket)
{
    return {.status = 404,
        .code = "NoSuchBucket",
        .message = "The specified bucket does not exist.",
        .ec = "0015-00000101",
        .details = {{"BucketName", std::string(bucket)}}};
}

oss_error no_such_key(std::string_view key)
{
    return {.status = 404,
        .code = "NoSuchKey",
        .message = "The specified key does not exist.",
        .ec = "0026-00000001",
        .details = {{"Key", std::string(key)}}};
}

oss_error no_such_upload(std::string_view upload_id, std::string ec)
{
    return {.status = 404,
        .code = "NoSuchUpload",
        .message =
            "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted "
            "or completed.",
        .ec = std::move(ec),
        .details = {{"UploadId", std::string(upload_id)}}};
}

oss_error security_token_expired()
{
    return {.status = 403,
        .code = "SecurityTokenExpired",
        .message = "The security token you provided has expired.",
        .ec = "0002-00000007"};
}

oss_error signature_does_not_match(
    std::string_view access_key_id, std::string_view provided, std::string_view string_to_sign, std::string ec)
{
    return {.status = 403,
        .code = "SignatureDoesNotMatch",
        .message = "The request signature we calculated does not match the signature you provided. Check your key and "
                   "signing method.",
        .ec = std::move(ec),
        .details = {{"OSSAccessKeyId", std::string(access_key_id)}, {"SignatureProvided", std::string(provided)},
            {"StringToSign", std::string(string_to_sign)}, {"StringToSignBytes", spaced_hex(string_to_sign)}}};
}

oss_error file_already_exists(std::string_view key)
{
    return {.status = 409,
        .code = "FileAlreadyExists",
        .message = "The object you specified already exists and can not be overwritten.",
        .details = {{"Key", std::string(key)}}};
}

oss_error storage_failed(error const& e)
{
    return {.status = 500, .code = "InternalError", .message = "The emulator's store failed: " + e.message};
}

std::string error_body(oss_error const& e, std::string_view request_id, std::string_view host)
{
    xml_writer w;
    w.begin("Error");
    w.text("Code", e.code);
    w.text("Message", e.message);
    w.text("RequestId", request_id);
    w.text("HostId", host);
    for (auto const& [name, value] : e.details)
        w.text(name, value);
    if (!e.ec.empty())
    {
        w.text("EC", e.ec);
        w.text("RecommendDoc", "https://api.aliyun.com/troubleshoot?q=" + e.ec);
    }
    w.end("Error");
    return w.take();
}

}  // namespace sluice::emulator
