#include "cli/outcome_json.hpp"

#include "base/json_writer.hpp"

#include <sluice/upload_grant.hpp>

#include <boost/asio/error.hpp>

namespace sluice::cli
{

namespace
{

std::string_view name_of(errc e)
{
    switch (e)
    {
    case errc::invalid_argument:
        return "invalid_argument";
    case errc::no_credentials:
        return "no_credentials";
    case errc::resolve_failed:
        return "resolve_failed";
    case errc::connect_failed:
        return "connect_failed";
    case errc::untrusted_certificate:
        return "untrusted_certificate";
    case errc::connect_timeout:
        return "connect_timeout";
    case errc::stalled:
        return "stalled";
    case errc::response_timeout:
        return "response_timeout";
    case errc::deadline_exceeded:
        return "deadline_exceeded";
    case errc::connection_lost:
        return "connection_lost";
    case errc::malformed_response:
        return "malformed_response";
    case errc::service_error:
        return "service_error";
    case errc::malformed_grant:
        return "malformed_grant";
    case errc::grant_expired:
        return "grant_expired";
    case errc::checksum_mismatch:
        return "checksum_mismatch";
    case errc::source_failed:
        return "source_failed";
    case errc::source_changed:
        return "source_changed";
    case errc::object_too_large:
        return "object_too_large";
    case errc::checkpoint_in_use:
        return "checkpoint_in_use";
    }
    return "unknown";
}

void append_history(json_writer& w, std::vector<failed_attempt> const& history)
{
    if (history.empty())
        return;
    w.key("history").begin_array();
    for (auto const& one : history)
        w.begin_object().member("operation", one.operation).member("reason", one.reason).end_object();
    w.end_array();
}

void append_receipt(json_writer& w, receipt const& r)
{
    w.member("media_id", r.media_id).member("file_url", r.file_url);
    w.member("endpoint", r.endpoint).member("bucket", r.bucket).member("object_key", r.object_key);
    w.member("etag", r.etag);
    w.member("crc64", std::to_string(r.crc64));  // text: it is larger than what JSON readers keep exactly
    w.member("bytes", r.bytes).member("parts", std::uint64_t{r.parts}).member("retries", std::uint64_t{r.retries});
    w.member("request_id", r.request_id);
    if (!r.callback_failure.empty())
        w.member("callback_failure", r.callback_failure);
    w.key("elapsed_s").number(std::chrono::duration<double>(r.elapsed).count());
    append_history(w, r.history);
}

}  // namespace

std::string code_name(error const& e)
{
    if (!e.service_code.empty())
        return e.service_code;
    if (e.code.category() == sluice_category())
        return std::string(name_of(static_cast<errc>(e.code.value())));
    if (e.code.category() == grant_category())
        return "malformed_grant";
    if (e.code == boost::asio::error::operation_aborted)
        return "operation_aborted";
    return std::string(e.code.category().name()) + ':' + std::to_string(e.code.value());
}

std::string receipt_json(std::string_view file, receipt const& r)
{
    json_writer w;
    w.begin_object().member("file", file).key("ok").boolean(true);
    append_receipt(w, r);
    return w.end_object().str();
}

std::string share_json(std::string_view file, session_share const& share)
{
    json_writer w;
    w.begin_object().member("file", file).key("ok").boolean(true);
    w.member("parts_sent", share.parts_sent).member("parts_found", share.parts_found);
    w.member("parts_missing", share.parts_missing);
    if (share.done)
    {
        w.key("receipt").begin_object();
        append_receipt(w, *share.done);
        w.end_object();
    }
    return w.end_object().str();
}

std::string error_json(std::string_view file, error const& e)
{
    json_writer w;
    w.begin_object().member("file", file).key("ok").boolean(false);
    w.member("code", code_name(e));
    w.member("message", e.reason());
    w.member("request_id", e.request_id);
    w.member("attempts", std::uint64_t{e.attempts});
    w.key("http_status").number(std::int64_t{e.http_status});
    w.member("operation", e.operation).member("resource", e.resource).member("host", e.host);
    w.member("recommendation", e.recommendation);
    if (!e.access_denied.empty())
        w.member("access_denied", e.access_denied);
    if (!e.upload_id.empty())
        w.member("upload_id_left", e.upload_id);
    append_history(w, e.history);
    return w.end_object().str();
}

}  // namespace sluice::cli
