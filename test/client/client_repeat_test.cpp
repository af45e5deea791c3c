#include "client_fixture.hpp"
#include "passing_time.hpp"
#include "support/scripted_server.hpp"

#include "base/crc64.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using namespace sluice;
using namespace sluice::test;

namespace
{

// What came over the wire for one request.
struct attempt_seen
{
    std::string lasting;                 // the head without what is made anew for each attempt
    std::vector<std::string> made_anew;  // the lines of that
    std::string body;

    explicit attempt_seen(std::string_view head, std::string text) : body(std::move(text))
    {
        while (!head.empty())
        {
            auto const line = head.substr(0, head.find("\r\n") + 2);
            head.remove_prefix(line.size());
            bool is_anew = false;
            for (std::string_view const name :
                {"Authorization: ", "x-acs-date: ", "x-acs-signature-nonce: ", "x-oss-date: "})
                is_anew = is_anew || line.starts_with(name);
            if (is_anew)
                made_anew.emplace_back(line);
            else
                lasting += line;
        }
    }
};

constexpr unsigned attempts_of_moody = 10;

enum class setback
{
    busy,
    dropped,
    other_crc
};

std::string wire_answer(std::string const& status, std::string const& fields, std::string const& body)
{
    return "HTTP/1.1 " + status + "\r\nx-oss-request-id: R\r\n" + fields +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string crc_field(std::string_view bytes)
{
    auto const value = crc64(0, std::as_bytes(std::span(bytes.data(), bytes.size())));
    return "ETag: \"E\"\r\nx-oss-hash-crc64ecma: " + std::to_string(value) + "\r\n";
}

// An OSS that fails each request that changes something so many times, and then does it; an IMS that always fails.
struct moody_service
{
    static constexpr unsigned failures = 2;

    moody_service(asio::io_context& context, std::string const& object, setback what) : content(object), how(what)
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
            constexpr std::string_view name = "Content-Length: ";
            std::size_t size = 0;
            if (auto const at = head.find(name); at != std::string::npos)
                std::from_chars(head.data() + at + name.size(), head.data() + head.size(), size);
            auto body = co_await peer.read(size);
            auto const answer = answer_to(head, std::move(body));
            if (answer.empty())
            {
                peer.reset();
                co_return;
            }
            bool const written = co_await peer.write(answer);
            if (!written)
                co_return;
        }
    }

    // Empty: the connection is reset.
    std::string answer_to(std::string const& head, std::string body)
    {
        auto const line = head.substr(0, head.find(" HTTP/1.1"));
        if (line.starts_with("HEAD"))
            return is_complete ? head_answer() : wire_answer("404 Not Found", "", "");
        if (line.starts_with("GET"))  // what a lost beginning may have left is nobody's to see
            return wire_answer("403 Forbidden", "", "<Error><Code>AccessDenied</Code></Error>");
        auto& all = seen[line];
        all.emplace_back(head, body);
        bool const is_ims = head.find("x-acs-action: ") != std::string::npos;
        if (is_ims || all.size() <= failures)
            return failure(is_ims, line.starts_with("PUT"));
        if (line.starts_with("PUT"))
            return wire_answer("200 OK", crc_field(body), "");
        if (line.find("?uploads") != std::string::npos)
            return wire_answer("200 OK", "",
                "<InitiateMultipartUploadResult><Bucket>b-ucket</Bucket><Key>k</Key><UploadId>U1</UploadId>"
                "</InitiateMultipartUploadResult>");
        is_complete = true;
        return wire_answer("200 OK", crc_field(content),
            "<CompleteMultipartUploadResult><Bucket>b-ucket</Bucket><Key>k</Key><ETag>\"E\"</ETag>"
            "</CompleteMultipartUploadResult>");
    }

    [[nodiscard]] std::string head_answer() const
    {
        return "HTTP/1.1 200 OK\r\n" + crc_field(content) + "Content-Length: " + std::to_string(content.size()) +
               "\r\n\r\n";
    }

    [[nodiscard]] std::string failure(bool is_ims, bool is_put) const
    {
        if (how == setback::dropped)
            return {};
        if (how == setback::other_crc && is_put)
            return wire_answer("200 OK", crc_field("other bytes"), "");
        return wire_answer("503 Service Unavailable", "",
            is_ims ? R"({"Code":"ServiceUnavailable","Message":"m","RequestId":"R"})"
                   : "<Error><Code>ServiceUnavailable</Code><Message>m</Message></Error>");
    }

    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server->port()); }

    std::string const& content;
    setback how;
    bool is_complete = false;
    std::map<std::string, std::vector<attempt_seen>> seen;  // by request line
    std::optional<scripted_server> server;
};

// The work, with a client of that service.
template <class Work>
void with_moody_service(asio::io_context& context, moody_service& service, Work work)
{
    auto const time = std::make_shared<manual_clock>(std::chrono::system_clock::now());
    auto config = config_for(service.url(), service.url());
    config.credentials = credentials("an-id", "a-secret", "a-token");
    config.clock = time;
    config.retry.attempts = attempts_of_moody;  // a reset takes along what was behind it on the connection
    config.retry.budget = 0;
    lift_limits(config);
    auto sdk = std::make_unique<client>(context.get_executor(), config);
    auto body = [&]() -> asio::awaitable<void> {
        co_await work(*sdk);
        sdk.reset();
        service.server.reset();
    };
    asio::co_spawn(context, body(), [](std::exception_ptr const& thrown) { CHECK_FALSE(thrown); });
    run_out(context, *time);
}

void check_all_alike(moody_service const& service, std::size_t times, std::size_t requests)
{
    CHECK(service.seen.size() == requests);
    for (auto const& [line, attempts] : service.seen)
    {
        CAPTURE(line);
        CHECK(attempts.size() == times);
        for (auto const& one : attempts)
        {
            CHECK(one.lasting == attempts.front().lasting);
            CHECK(one.body == attempts.front().body);
            CHECK(one.made_anew.size() == attempts.front().made_anew.size());
            CHECK(one.made_anew.size() >= 2);
        }
    }
}

}  // namespace

TEST_CASE("each attempt of a request is the first one again, byte for byte, but for its date, nonce and signature")
{
    std::string content(150'000, '\0');
    for (std::size_t i = 0; i < content.size(); ++i)
        content[i] = static_cast<char>((i * 41) ^ (i >> 6));
    for (bool const as_put : {true, false})
        for (auto const how : {setback::busy, setback::dropped, setback::other_crc})
        {
            CAPTURE(as_put);
            CAPTURE(static_cast<int>(how));
            asio::io_context context;
            moody_service service(context, content, how);
            memory_source from(asio::buffer(content));
            auto options = in_parts();
            options.multipart_threshold = as_put ? mib : 100 * kib;
            with_moody_service(context, service, [&](client& sdk) -> asio::awaitable<void> {
                auto grant = grant_of_account(service.url(), "b-ucket", "k");
                grant.credentials = credentials("an-id", "a-secret", "a-token");
                auto const done = co_await sdk.async_upload(grant, from, options);
                REQUIRE_MESSAGE(done.has_value(), done.error().describe());
                CHECK(done->history.size() >= moody_service::failures);
            });
            check_all_alike(service, moody_service::failures + 1, as_put ? 1 : 4);
        }
}

TEST_CASE("each attempt of a call is the first one again, and has a nonce of its own")
{
    std::string const none;
    for (auto const how : {setback::busy, setback::dropped})
    {
        CAPTURE(static_cast<int>(how));
        asio::io_context context;
        moody_service service(context, none, how);
        with_moody_service(context, service, [&](client& sdk) -> asio::awaitable<void> {
            stream_request request("media id");
            request.definition = "HD";
            request.user_data = R"({"camera":"7 & 8"})";
            auto const made = co_await sdk.async_create_upload_stream(request);
            REQUIRE(made.has_error());
            CHECK(made.error().attempts == attempts_of_moody);
        });
        check_all_alike(service, attempts_of_moody, 1);
        std::set<std::string> nonces;
        for (auto const& one : service.seen.begin()->second)
            for (auto const& line : one.made_anew)
                if (line.starts_with("x-acs-signature-nonce: "))
                    nonces.insert(line);
        CHECK(nonces.size() == attempts_of_moody);
    }
}
