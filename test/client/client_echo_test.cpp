#include "client_fixture.hpp"
#include "passing_time.hpp"
#include "support/scripted_server.hpp"
#include "told_texts.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <charconv>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace sluice;
using namespace sluice::test;

namespace
{

char const* const echoed_secret = "echoed-secret-8c1b5f0a7d3e9264";
char const* const echoed_token = "echoed-token-aZ0bY1cX2dW3eV4fU5gT6hS7iR8jQ9kP0lO1mN2nM3oL4pK5qJ6rI7sH8tG9uF";

std::string echo_field(std::string const& head, std::string const& name)
{
    auto const at = head.find("\r\n" + name + ": ");
    auto const from = at + name.size() + 4;
    return at == std::string::npos ? std::string() : head.substr(from, head.find("\r\n", from) - from);
}

std::string echoed_operation_of(std::string const& head)
{
    auto const line = head.substr(0, head.find("\r\n"));
    auto const has = [&line](char const* text) { return line.find(text) != std::string::npos; };
    if (auto const action = echo_field(head, "x-acs-action"); !action.empty())
        return action;
    if (line.starts_with("PUT"))
        return has("partNumber=") ? "UploadPart" : "PutObject";
    if (line.starts_with("POST"))
        return has("uploadId=") ? "CompleteMultipartUpload" : "InitiateMultipartUpload";
    if (line.starts_with("DELETE"))
        return "AbortMultipartUpload";
    if (line.starts_with("HEAD"))
        return "HeadObject";
    return has("uploadId=") ? "ListParts" : "ListMultipartUploads";
}

std::string http(std::string const& status, std::string const& fields, std::string const& body, bool to_head)
{
    return "HTTP/1.1 " + status + "\r\n" + fields + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           (to_head ? std::string() : body);
}

// As debugging gateways do: what came is sent back, and beside it what only who signs can know.
std::string told_back(std::string head)
{
    for (auto& c : head)
        c = c == '<' || c == '&' || c == '"' || c == '\\' || c == '\r' || c == '\n' ? ' ' : c;
    return head + " key=" + echoed_secret;
}

enum class echo
{
    in_code,
    in_message,
    in_request_id,
    in_advice,
    in_fields,
    in_page,
    in_good_answer
};

std::string echo_answer(echo where, std::string const& head, bool is_ims)
{
    bool const to_head = head.starts_with("HEAD");
    auto const all = told_back(head);
    auto const both = std::string(echoed_token) + echoed_secret;
    auto const of = [&](echo here, std::string const& text) { return where == here ? text : std::string("Some"); };
    if (where == echo::in_page)
        return http("502 Bad Gateway", "Content-Type: text/html\r\n",
            "<html><title>" + both + "</title><body>" + all + "</body></html>", to_head);
    if (where == echo::in_good_answer)
        return http("200 OK",
            "ETag: \"" + both + "\"\r\nx-oss-request-id: " + both + "\r\nx-acs-request-id: " + both +
                "\r\nx-oss-hash-crc64ecma: 1\r\nContent-Type: application/xml\r\n",
            all, to_head);
    auto const fields = "x-oss-request-id: " + of(echo::in_fields, both) +
                        "\r\nx-acs-request-id: " + of(echo::in_fields, both) +
                        "\r\nx-oss-ec: " + of(echo::in_fields, both) + "\r\n";
    if (is_ims)
        return http("403 Forbidden", fields + "Content-Type: application/json\r\n",
            R"({"Code":")" + of(echo::in_code, both) + R"(","Message":")" + of(echo::in_message, all) +
                (where == echo::in_fields ? "" : R"(","RequestId":")" + of(echo::in_request_id, both)) +
                R"(","Recommend":")" + of(echo::in_advice, both) + R"(","AccessDeniedDetail":{"AuthAction":")" +
                of(echo::in_advice, both) + R"("}})",
            to_head);
    auto body = "<Error><Code>" + of(echo::in_code, both) + "</Code><Message>" + of(echo::in_message, all) +
                "</Message><HostId>" + of(echo::in_advice, both) + "</HostId>";
    if (where != echo::in_fields)
        body += "<RequestId>" + of(echo::in_request_id, both) + "</RequestId><EC>" + of(echo::in_advice, both) +
                "</EC><RecommendDoc>" + of(echo::in_advice, both) + "</RecommendDoc>";
    return http("403 Forbidden", fields + "Content-Type: application/xml\r\n", body + "</Error>", to_head);
}

std::string unremarkable_answer(std::string const& operation)
{
    if (operation == "InitiateMultipartUpload")
        return http("200 OK", "x-oss-request-id: R\r\n",
            "<InitiateMultipartUploadResult><Bucket>b-ucket</Bucket><Key>k</Key><UploadId>U1</UploadId>"
            "</InitiateMultipartUploadResult>",
            false);
    if (operation == "CompleteMultipartUpload")
        return http("200 OK", "x-oss-request-id: R\r\n",
            "<CompleteMultipartUploadResult><Bucket>b-ucket</Bucket><Key>k</Key><ETag>\"E\"</ETag>"
            "</CompleteMultipartUploadResult>",
            false);
    if (operation == "ListParts")
        return http("200 OK", "x-oss-request-id: R\r\n",
            "<ListPartsResult><Bucket>b-ucket</Bucket><Key>k</Key><UploadId>U1</UploadId>"
            "<IsTruncated>false</IsTruncated></ListPartsResult>",
            false);
    if (operation == "AbortMultipartUpload")
        return http("204 No Content", "x-oss-request-id: R\r\n", "", true);
    return http("200 OK", "ETag: \"E\"\r\nx-oss-request-id: R\r\n", "", operation == "HeadObject");
}

// An IMS and OSS that answers one operation with what it was sent, and the others well.
struct echo_service
{
    explicit echo_service(asio::io_context& context)
    {
        server.emplace(context.get_executor(), [this](server_peer& peer) { return serve(peer); });
    }

    asio::awaitable<void> serve(server_peer& peer)
    {
        for (;;)
        {
            auto const head = co_await peer.read_until("\r\n\r\n");
            if (!head.ends_with("\r\n\r\n"))
                co_return;
            std::size_t size = 0;
            auto const length = echo_field(head, "Content-Length");
            std::from_chars(length.data(), length.data() + length.size(), size);
            co_await peer.read(size);
            auto const operation = echoed_operation_of(head);
            if (operation == refused)
            {
                auto const no = http("403 Forbidden", "", "<Error><Code>AccessDenied</Code></Error>", false);
                co_await peer.write(no);
                continue;
            }
            bool const echoes = operation == echoed;
            echoes_sent += echoes ? 1 : 0;
            auto const answer =
                echoes ? echo_answer(where, head, operation == "CreateUploadStream") : unremarkable_answer(operation);
            bool const written = co_await peer.write(answer);
            if (!written)
                co_return;
        }
    }

    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server->port()); }

    std::string echoed;
    std::string refused;
    echo where{};
    unsigned echoes_sent = 0;
    std::optional<scripted_server> server;
};

struct echo_calls
{
    client& sdk;
    upload_grant grant;
    told_texts& texts;

    asio::awaitable<void> upload(std::string const& content)
    {
        memory_source from(asio::buffer(content));
        auto options = in_parts();
        options.on_event = texts.listener();
        auto const done = co_await sdk.async_upload(grant, from, options);
        texts.add(done);
    }

    asio::awaitable<void> share(std::string const& content)
    {
        memory_source from(asio::buffer(content));
        upload_session session;
        session.endpoint = grant.endpoint;
        session.bucket = grant.bucket;
        session.object_key = grant.object_key;
        session.upload_id = "U1";
        session.size = content.size();
        session.part_size = 100 * kib;
        part_range const all;
        auto const done = co_await sdk.async_upload_share(session, grant, from, all, in_parts());
        texts.add(done);
    }

    asio::awaitable<void> create()
    {
        auto const made = co_await sdk.async_create_upload_stream(stream_request("media"));
        texts.add(made);
    }

    asio::awaitable<void> list()
    {
        auto const listed = co_await sdk.async_list_open_uploads(grant, "");
        texts.add(listed);
    }
};

}  // namespace

TEST_CASE("no secret appears in anything that is told when the service sends back what it got")
{
    std::string const small(1000, 's');
    std::string const large(150'000, 'l');
    struct row
    {
        char const* operation;
        char const* refused;  // so that the operation comes
        std::function<asio::awaitable<void>(echo_calls&)> call;
    };
    auto const put = [&small](echo_calls& c) { return c.upload(small); };
    auto const in_two = [&large](echo_calls& c) { return c.upload(large); };
    row const rows[] = {
        {"CreateUploadStream", "", [](echo_calls& c) { return c.create(); }},
        {"PutObject", "", put},
        {"InitiateMultipartUpload", "", in_two},
        {"UploadPart", "", in_two},
        {"CompleteMultipartUpload", "", in_two},
        {"AbortMultipartUpload", "UploadPart", in_two},
        {"HeadObject", "", in_two},
        {"ListParts", "", [&large](echo_calls& c) { return c.share(large); }},
        {"ListMultipartUploads", "", [](echo_calls& c) { return c.list(); }},
    };
    for (auto const& r : rows)
        for (auto const where : {echo::in_code, echo::in_message, echo::in_request_id, echo::in_advice, echo::in_fields,
                 echo::in_page, echo::in_good_answer})
        {
            CAPTURE(r.operation);
            CAPTURE(static_cast<int>(where));
            auto const time = std::make_shared<manual_clock>(std::chrono::system_clock::now());
            asio::io_context context;
            echo_service service(context);
            service.echoed = r.operation;
            service.refused = r.refused;
            service.where = where;
            auto config = config_for(service.url(), service.url());
            config.credentials = credentials("an-id", echoed_secret, echoed_token);
            config.clock = time;
            lift_limits(config);
            auto sdk = std::make_unique<client>(context.get_executor(), config);
            told_texts texts;
            auto body = [&]() -> asio::awaitable<void> {
                auto grant = grant_of_account(service.url(), "b-ucket", "k");
                grant.credentials = config.credentials;
                echo_calls calls{*sdk, std::move(grant), texts};
                co_await r.call(calls);
                texts.add(sdk->stats());
                sdk.reset();
                service.server.reset();
            };
            asio::co_spawn(context, body(), [](std::exception_ptr const& thrown) { CHECK_FALSE(thrown); });
            run_out(context, *time);
            CHECK(service.echoes_sent != 0);
            CHECK(texts.errors() + texts.receipts() == 1);
            CHECK(texts.showing(echoed_secret) == "");
            CHECK(texts.showing(echoed_token) == "");
        }
}
