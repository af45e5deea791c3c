#include "fake_oss.hpp"

#include "base/crc64.hpp"
#include "base/percent.hpp"
#include "base/text.hpp"
#include "base/timer.hpp"
#include "base/utc_time.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <span>

namespace sluice::test
{

namespace
{

std::uint64_t crc_of(std::string const& text)
{
    return crc64(0, std::as_bytes(std::span(text.data(), text.size())));
}

std::string etag_of(std::string const& text)
{
    return "\"E" + std::to_string(crc_of(text)) + "\"";
}

net::response answer(int status, std::string body = {})
{
    net::response r;
    r.status = status;
    r.body = std::move(body);
    r.peer = "fake";
    r.headers.add("x-oss-request-id", "650F1A2B3C4D5E6F70809010");
    if (!r.body.empty())
        r.headers.add("Content-Type", "application/xml");
    return r;
}

net::response refusal(int status, std::string const& code)
{
    return answer(status, "<Error><Code>" + code + "</Code><Message>no</Message><RequestId>R1</RequestId></Error>");
}

net::response stored(std::string const& content, std::string body = {})
{
    auto r = answer(200, std::move(body));
    r.headers.add("ETag", etag_of(content));
    r.headers.add("x-oss-hash-crc64ecma", std::to_string(crc_of(content)));
    return r;
}

// The same answer with another value of the CRC-64, or without it.
net::response with_crc(net::response const& from, std::string const& crc)
{
    net::response r;
    r.status = from.status;
    r.body = from.body;
    r.peer = from.peer;
    for (std::size_t i = 0; i < from.headers.size(); ++i)
        if (!equal_ignoring_case(from.headers.name(i), "x-oss-hash-crc64ecma"))
            r.headers.add(from.headers.name(i), from.headers.value(i));
        else if (!crc.empty())
            r.headers.add("x-oss-hash-crc64ecma", crc);
    return r;
}

error lost()
{
    return {errc::connection_lost, "the connection was reset"};
}

asio::awaitable<bool> cancelled()
{
    auto const state = co_await asio::this_coro::cancellation_state;
    co_return state.cancelled() != asio::cancellation_type::none;
}

asio::awaitable<void> yield()
{
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
}

}  // namespace

asio::awaitable<result<net::response>> fake_oss::send(endpoint const&, net::request& what, steady_time until)
{
    if (unreachable)
        co_return error(errc::connect_failed, "connection refused");
    std::string head;
    if (auto composed = what.compose(head); !composed)
        co_return composed.error();
    auto c = read_head(head);
    c.number = calls++;
    ++in_flight;
    most_in_flight = std::max(most_in_flight, in_flight);
    auto done = co_await serve(c, what, until);
    --in_flight;
    if (co_await cancelled())
        co_return error(asio::error::operation_aborted);
    co_return done;
}

asio::awaitable<result<net::response>> fake_oss::serve(call const& c, net::request& what, steady_time until)
{
    auto const how = on_call(c);
    co_await yield();
    switch (how)
    {
    case fault::lost_before:
        co_return lost();
    case fault::unavailable:
        co_return refusal(503, "ServiceUnavailable");
    case fault::denied:
        co_return refusal(403, "AccessDenied");
    case fault::token_expired:
        co_return refusal(403, "SecurityTokenExpired");
    case fault::refused:
        co_return refusal(403, refusal_code);
    case fault::invalid:
        co_return refusal(400, "InvalidArgument");
    case fault::early_success:
        co_return stored("");
    case fault::silent:
        co_return co_await never_answer(until);
    default:
        break;
    }

    auto body = co_await receive(what);
    if (!body)
        co_return body.error();
    auto done = perform(c, *body);
    if (how == fault::dropped)
        open_uploads.at(c.query.at("uploadId")).parts.erase(parse_number<unsigned>(c.query.at("partNumber")).value());
    on_done(c);
    do
        co_await yield();
    while (!may_answer());
    if (how == fault::lost_after)
        co_return lost();
    if (how == fault::done_silent)
        co_return co_await never_answer(until);
    if (how == fault::wrong_crc)
        co_return with_crc(done, "12345");
    if (how == fault::no_crc)
        co_return with_crc(done, "");
    co_return done;
}

asio::awaitable<result<net::response>> fake_oss::never_answer(steady_time until)
{
    if (co_await cancelled())  // while it began: a wait begun now would not see it
        co_return error(asio::error::operation_aborted);
    if (time != nullptr && until != steady_time::max())
    {
        bool const waited = co_await wait_for(*time, until - time->steady_now());
        co_return waited ? error(errc::deadline_exceeded, "the deadline passed")
                         : error(asio::error::operation_aborted);
    }
    asio::steady_timer never(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    co_await never.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return error(asio::error::operation_aborted);
}

fake_oss::call fake_oss::read_head(std::string const& head)
{
    call c;
    auto const first = head.find(' ');
    auto const target = head.substr(first + 1, head.find(' ', first + 1) - first - 1);
    c.method = head.substr(0, first);
    auto const question = target.find('?');
    c.key = uri_decode(target.substr(1, question - 1), plus::literal).value();
    for (auto rest = question == std::string::npos ? std::string() : target.substr(question + 1); !rest.empty();)
    {
        auto const pair = rest.substr(0, rest.find('&'));
        rest = rest.size() == pair.size() ? std::string() : rest.substr(pair.size() + 1);
        auto const equal = pair.find('=');
        c.query[pair.substr(0, equal)] =
            equal == std::string::npos ? "" : uri_decode(pair.substr(equal + 1), plus::space).value();
    }
    return c;
}

asio::awaitable<result<std::string>> fake_oss::receive(net::request& what)
{
    most_being_sent = std::max(most_being_sent, ++being_sent);
    auto body = co_await read_body(what.body());
    --being_sent;
    if (body && what.body() != nullptr)
        what.body()->let_go();
    co_return body;
}

asio::awaitable<result<std::string>> fake_oss::read_body(net::body_source* body)
{
    std::string all;
    if (body == nullptr)
        co_return all;
    body->rewind();
    for (;;)
    {
        co_await yield();
        if (co_await cancelled())
            co_return error(asio::error::operation_aborted);
        auto const block = co_await body->next();
        if (!block)
            co_return block.error();
        if (block->size() == 0)
            break;
        all.append(static_cast<char const*>(block->data()), block->size());
    }
    co_return all;
}

net::response fake_oss::perform(call const& c, std::string const& body)
{
    if (c.is_initiate())
        return initiate(c);
    if (c.is_part())
        return store_part(c, body);
    if (c.is_complete())
        return complete(c, body);
    if (c.is_head())
        return head(c);
    if (c.is_abort())
        return open_uploads.erase(c.query.at("uploadId")) > 0 ? answer(204) : refusal(404, "NoSuchUpload");
    if (c.query.contains("uploads"))
        return list_uploads(c);
    if (c.query.contains("uploadId"))
        return list_parts(c);
    objects[c.key] = body;
    return stored(body);
}

net::response fake_oss::initiate(call const& c)
{
    auto const id = "U" + std::to_string(c.number);
    open_uploads[id].key = c.key;
    if (time != nullptr)
        open_uploads[id].initiated = format_iso8601(std::chrono::floor<std::chrono::seconds>(time->now()));
    return answer(200, "<InitiateMultipartUploadResult><Bucket>b-ucket</Bucket><Key>" +
                           uri_encode(c.key, slash::escape) + "</Key><UploadId>" + id +
                           "</UploadId><EncodingType>url</EncodingType>"
                           "</InitiateMultipartUploadResult>");
}

net::response fake_oss::store_part(call const& c, std::string const& body)
{
    auto const at = open_uploads.find(c.query.at("uploadId"));
    if (at == open_uploads.end())
        return refusal(404, "NoSuchUpload");
    ++parts_stored;
    at->second.parts[parse_number<unsigned>(c.query.at("partNumber")).value()] = body;
    return stored(body);
}

// Of the parts that are listed, which must all be there.
net::response fake_oss::complete(call const& c, std::string const& list)
{
    auto const at = open_uploads.find(c.query.at("uploadId"));
    if (at == open_uploads.end())
        return refusal(404, "NoSuchUpload");
    std::string whole;
    constexpr std::string_view tag = "<PartNumber>";
    for (auto next = list.find(tag); next != std::string::npos; next = list.find(tag, next + 1))
    {
        auto const digits = next + tag.size();
        auto const number = parse_number<unsigned>(list.substr(digits, list.find('<', digits) - digits)).value();
        if (!at->second.parts.contains(number))
            return refusal(400, "InvalidPart");
        whole += at->second.parts.at(number);
    }
    auto const key = at->second.key;
    open_uploads.erase(at);
    objects[key] = whole;
    return stored(whole, "<CompleteMultipartUploadResult><Location>l</Location><Bucket>b-ucket</Bucket><Key>" +
                             uri_encode(key, slash::escape) + "</Key><ETag>" + etag_of(whole) +
                             "</ETag><EncodingType>url</EncodingType></CompleteMultipartUploadResult>");
}

net::response fake_oss::list_uploads(call const& c) const
{
    std::string body = "<ListMultipartUploadsResult><Bucket>b-ucket</Bucket><IsTruncated>false</IsTruncated>";
    for (auto const& [id, u] : open_uploads)
        if (u.key.starts_with(c.query.at("prefix")))
            body += "<Upload><Key>" + u.key + "</Key><UploadId>" + id + "</UploadId><Initiated>" + u.initiated +
                    "</Initiated></Upload>";
    return answer(200, body + "</ListMultipartUploadsResult>");
}

net::response fake_oss::list_parts(call const& c) const
{
    auto const at = open_uploads.find(c.query.at("uploadId"));
    if (at == open_uploads.end())
        return refusal(404, "NoSuchUpload");
    std::string body = "<ListPartsResult><Bucket>b-ucket</Bucket><Key>k</Key><UploadId>" + at->first +
                       "</UploadId><IsTruncated>false</IsTruncated>";
    for (auto const& [number, content] : at->second.parts)
    {
        body += "<Part><PartNumber>" + std::to_string(number) + "</PartNumber><ETag>" + etag_of(content) +
                "</ETag><Size>" + std::to_string(content.size()) + "</Size>";
        if (lists_crc)
            body += "<HashCrc64ecma>" + std::to_string(crc_of(content)) + "</HashCrc64ecma>";
        body += "</Part>";
    }
    return answer(200, body + "</ListPartsResult>");
}

net::response fake_oss::head(call const& c) const
{
    auto const at = objects.find(c.key);
    if (at == objects.end())
        return answer(404);
    auto r = stored(at->second);
    r.headers.add("Content-Length", std::to_string(at->second.size()));
    return r;
}

}  // namespace sluice::test
