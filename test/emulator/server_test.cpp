#include "base/base64.hpp"
#include "base/utc_time.hpp"
#include "signed_call.hpp"

#include <sluice/emulator.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <doctest/doctest.h>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

using namespace sluice;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace
{

constexpr auto as_codes = asio::as_tuple(asio::use_awaitable);

emulator::config settings()
{
    emulator::config c;
    c.access_key_id = "account-id";
    c.access_key_secret = "account-secret";
    c.buckets = {"bucket-1", "bucket-2"};
    c.clock = std::make_shared<manual_clock>(*parse_iso8601("2026-03-30T08:15:30Z"));
    return c;
}

// An emulator and its clients on one thread.
struct running
{
    asio::io_context io;
    emulator::config config;
    emulator::server server;

    explicit running(emulator::config c = settings()) : config(c), server(io.get_executor(), std::move(c)) {}

    ~running()
    {
        server.stop();
        io.restart();
        io.run_for(20s);
    }

    void run(asio::awaitable<void> work)
    {
        bool done = false;
        asio::co_spawn(io, std::move(work), [&](std::exception_ptr const&) { done = true; });
        auto const until = std::chrono::steady_clock::now() + 20s;
        io.restart();
        while (!done && std::chrono::steady_clock::now() < until)
            io.run_one_until(until);
        REQUIRE(done);
    }

    std::string talk(std::uint16_t port, std::string request)
    {
        std::string answer;
        run(exchange(port, std::move(request), answer));
        return answer;
    }

    std::string talk_tls(std::uint16_t port, std::string name, std::string request, error_code& failure)
    {
        std::string answer;
        run(exchange_tls(port, std::move(name), std::move(request), answer, failure));
        return answer;
    }

    asio::awaitable<void> exchange(std::uint16_t port, std::string request, std::string& answer)
    {
        asio::ip::tcp::socket socket(io);
        asio::ip::tcp::endpoint const where(asio::ip::address_v4::loopback(), port);
        co_await socket.async_connect(where, asio::use_awaitable);
        co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
        [[maybe_unused]] auto const [end, size] =
            co_await asio::async_read(socket, asio::dynamic_buffer(answer), as_codes);
    }

    asio::awaitable<void> exchange_tls(
        std::uint16_t port, std::string name, std::string request, std::string& answer, error_code& failure)
    {
        asio::ssl::context trust(asio::ssl::context::tls_client);
        trust.add_certificate_authority(asio::buffer(server.ca_pem()));
        trust.set_verify_mode(asio::ssl::verify_peer);
        asio::ssl::stream<asio::ip::tcp::socket> stream(io, trust);
        stream.set_verify_callback(asio::ssl::host_name_verification(name));
        asio::ip::tcp::endpoint const where(asio::ip::address_v4::loopback(), port);
        co_await stream.next_layer().async_connect(where, asio::use_awaitable);
        auto const [refused] = co_await stream.async_handshake(asio::ssl::stream_base::client, as_codes);
        failure = refused;
        if (refused)
            co_return;
        co_await asio::async_write(stream, asio::buffer(request), asio::use_awaitable);
        [[maybe_unused]] auto const [end, size] =
            co_await asio::async_read(stream, asio::dynamic_buffer(answer), as_codes);
    }
};

std::string on_the_wire(emulator::request_head const& head)
{
    std::string out = head.method + " " + head.target + " HTTP/1.1\r\n";
    for (auto const& [name, value] : head.fields)
        out.append(name).append(": ").append(value).append("\r\n");
    return out + "Content-Length: 0\r\nConnection: close\r\n\r\n";
}

std::string create_upload_stream(sluice::clock const& c)
{
    return on_the_wire(test::api_call("CreateUploadStream", {{"FileExtension", "mp4"}}, c.now()).signed_head());
}

std::string body_of(std::string const& answer)
{
    return answer.substr(answer.find("\r\n\r\n") + 4);
}

}  // namespace

TEST_CASE("a stream is granted over either scheme, at the endpoint of that scheme")
{
    running r;
    REQUIRE(r.server.start().has_value());
    auto const& ports = r.server.settings();
    auto const plain = body_of(r.talk(ports.ims_port, create_upload_stream(*r.config.clock)));
    CHECK(test::decode_member(plain, "UploadAddress", "Endpoint") == r.server.oss_url());
    CHECK(test::decode_member(plain, "UploadAddress", "Bucket") == "bucket-1");

    error_code failure;
    auto const secure = body_of(
        r.talk_tls(ports.ims_tls_port, "ice.cn-shanghai.aliyuncs.com", create_upload_stream(*r.config.clock), failure));
    CHECK_FALSE(failure);
    CHECK(test::decode_member(secure, "UploadAddress", "Endpoint") == r.server.oss_tls_url());
    CHECK(r.server.oss_tls_url() == "https://127.0.0.1:" + std::to_string(ports.oss_tls_port));
}

TEST_CASE("the certificate is good for addresses and custom domains, and for no other name")
{
    auto c = settings();
    c.custom_domains = {{"CDN.example.com:8443", "bucket-9"}};
    running r(std::move(c));
    REQUIRE(r.server.start().has_value());
    for (std::string const name : {"127.0.0.1", "localhost", "cdn.example.com", "bucket-1.oss-cn-beijing.aliyuncs.com",
             "bucket-1.localhost", "bucket-2.localhost", "bucket-9.localhost"})
    {
        CAPTURE(name);
        error_code failure;
        auto const answer = r.talk_tls(r.server.settings().oss_tls_port, name,
            "GET /k HTTP/1.1\r\nHost: cdn.example.com\r\nConnection: close\r\n\r\n", failure);
        CHECK_FALSE(failure);
        CHECK(answer.starts_with("HTTP/1.1 403 "));  // anonymous, and served by OSS
        CHECK(answer.find("Server: AliyunOSS\r\n") != std::string::npos);
    }
    error_code failure;
    r.talk_tls(r.server.settings().oss_tls_port, "example.com", "", failure);
    CHECK(failure);
}

TEST_CASE("one port serves both, by host")
{
    running r;
    REQUIRE(r.server.start().has_value());
    auto const answer = r.talk(r.server.settings().oss_port, create_upload_stream(*r.config.clock));
    CHECK(test::member(body_of(answer), "MediaId").size() == 32);
}

TEST_CASE("the authority is written where the config says")
{
    auto const folder = std::filesystem::temp_directory_path() / ("sluice-ca-" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    auto c = settings();
    c.ca_file = (folder / "ca.pem").string();
    {
        running r(c);
        REQUIRE(r.server.start().has_value());
        std::ifstream file(c.ca_file);
        std::string const text(std::istreambuf_iterator<char>(file), {});
        CHECK(text == r.server.ca_pem());
        CHECK(text.starts_with("-----BEGIN CERTIFICATE-----\n"));
        struct stat status{};
        REQUIRE(::stat(c.ca_file.c_str(), &status) == 0);
        CHECK((status.st_mode & 0777U) == 0644U);
        auto const files = std::filesystem::directory_iterator(folder);
        CHECK(std::distance(begin(files), end(files)) == 1);
    }
    std::filesystem::remove_all(folder);
}

TEST_CASE("a server that cannot start says why")
{
    running first;
    REQUIRE(first.server.start().has_value());

    auto taken = settings();
    taken.oss_port = first.server.settings().oss_port;
    running second(taken);
    auto const started = second.server.start();
    REQUIRE(started.has_error());
    CHECK(started.error().message.find("port " + std::to_string(taken.oss_port)) != std::string::npos);

    auto nowhere = settings();
    nowhere.ca_file = "/nonexistent-folder/ca.pem";
    running third(nowhere);
    auto const written = third.server.start();
    REQUIRE(written.has_error());
    CHECK(written.error().message.find(nowhere.ca_file) != std::string::npos);

    auto bad_domain = settings();
    bad_domain.custom_domains = {{"no domain", "bucket-1"}};
    running fourth(bad_domain);
    auto const named = fourth.server.start();
    REQUIRE(named.has_error());
    CHECK(named.error().code == errc::invalid_argument);
}

TEST_CASE("a server refuses rules that no request can meet")
{
    auto c = settings();
    c.faults.resize(1);
    c.faults[0].operation = "PutObjects";
    c.faults[0].effect.what = emulator::fault::kind::reset_after;
    running r(std::move(c));
    auto const started = r.server.start();
    REQUIRE(started.has_error());
    CHECK(started.error().code == errc::invalid_argument);
    CHECK(started.error().message.find("\"PutObjects\" is no operation of the emulator: those are Create") !=
          std::string::npos);
}

TEST_CASE("the requests that a rule names meet its fault")
{
    auto c = settings();
    c.faults = {emulator::parse_fault_rule("CreateUploadStream,skip=1,status=429,code=Throttling.User,"
                                           "x-acs-retry-after=1500")
            .value()};
    running r(std::move(c));
    REQUIRE(r.server.start().has_value());
    auto const port = r.server.settings().ims_port;
    CHECK(r.talk(port, create_upload_stream(*r.config.clock)).starts_with("HTTP/1.1 200 "));
    auto const refused = r.talk(port, create_upload_stream(*r.config.clock));
    CHECK(refused.starts_with("HTTP/1.1 429 "));
    CHECK(refused.find("x-acs-retry-after: 1500\r\n") != std::string::npos);
    CHECK(test::member(body_of(refused), "Code") == "Throttling.User");
    CHECK(r.talk(port, create_upload_stream(*r.config.clock)).starts_with("HTTP/1.1 200 "));
}

TEST_CASE("a skewed clock shows in dates, in signatures and in the life of grants")
{
    auto c = settings();
    c.clock_skew = 10min;
    {
        running ahead(c);
        REQUIRE(ahead.server.start().has_value());
        auto const answer = ahead.talk(ahead.server.settings().ims_port, create_upload_stream(*c.clock));
        CHECK(answer.starts_with("HTTP/1.1 200 "));
        CHECK(answer.find("Date: Mon, 30 Mar 2026 08:25:30 GMT\r\n") != std::string::npos);
        CHECK(test::decode_member(body_of(answer), "UploadAuth", "ExpireUTCTime") == "2026-03-30T09:15:30Z");
        CHECK(test::decode_member(body_of(answer), "UploadAuth", "Expiration") == "3000");
    }
    c.clock_skew = -16min;
    running behind(c);
    REQUIRE(behind.server.start().has_value());
    auto const refused = behind.talk(behind.server.settings().ims_port, create_upload_stream(*c.clock));
    CHECK(refused.find("Date: Mon, 30 Mar 2026 07:59:30 GMT\r\n") != std::string::npos);
    CHECK(test::member(body_of(refused), "Code") == "InvalidTimeStamp.Expired");
    CHECK(behind.server.settings().clock == c.clock);
}

TEST_CASE("a bucket is made up when none is configured")
{
    auto c = settings();
    c.buckets.clear();
    running r(std::move(c));
    REQUIRE(r.server.start().has_value());
    auto const answer = body_of(r.talk(r.server.settings().ims_port, create_upload_stream(*r.config.clock)));
    auto const bucket = test::decode_member(answer, "UploadAddress", "Bucket");
    CHECK(bucket.starts_with("outin-"));
    CHECK(bucket == r.server.settings().buckets.at(0));
}

TEST_CASE("the log has one line a request, without secrets")
{
    std::vector<std::string> lines;
    auto c = settings();
    c.log = [&](std::string const& line) { lines.push_back(line); };
    running r(std::move(c));
    REQUIRE(r.server.start().has_value());
    auto const answer = body_of(r.talk(r.server.settings().ims_port, create_upload_stream(*r.config.clock)));
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].starts_with(R"({"number":1,"connection":1,"in_flight":1,"tls":false,"method":"POST",)"
                               R"("target":"/?FileExtension=mp4","service":"ims","operation":"CreateUploadStream",)"
                               R"("status":200,"request_id":")" +
                               test::member(answer, "RequestId") + "\""));
    CHECK(lines[0].find("Signature") == std::string::npos);
}

TEST_CASE("what the server keeps can be asked from inside a hook and from another thread")
{
    auto c = settings();
    running* self = nullptr;
    std::size_t seen = 99;
    c.log = [&](std::string const&) {
        seen = self->server.objects().size() + self->server.open_uploads().size();
        self->server.expire_tokens();
    };
    running r(std::move(c));
    self = &r;
    REQUIRE(r.server.start().has_value());
    std::jthread const other([&] {
        for (int i = 0; i < 1000; ++i)
        {
            (void)r.server.object("bucket-1", "k");
            r.server.expire_tokens();
            (void)r.server.max_in_flight();
            (void)r.server.part_writes();
            (void)r.server.requests();
        }
    });
    r.talk(r.server.settings().ims_port, create_upload_stream(*r.config.clock));
    CHECK(seen == 0);
    CHECK(r.server.max_in_flight() == 1);
    CHECK(r.server.requests()["CreateUploadStream"].requests == 1);
    CHECK(r.server.part_writes().empty());
}

TEST_CASE("a server that was never started can be asked and destroyed")
{
    running r;
    CHECK(r.server.objects().empty());
    CHECK_FALSE(r.server.object("bucket-1", "k").has_value());
    CHECK(r.server.part_writes().empty());
    CHECK(r.server.requests().empty());
    r.server.expire_tokens();
}

TEST_CASE("after stop nobody is answered")
{
    running r;
    REQUIRE(r.server.start().has_value());
    auto const port = r.server.settings().ims_port;
    r.server.stop();
    r.io.restart();
    r.io.run_for(1s);
    auto const refused = [](asio::io_context& io, std::uint16_t to, error_code& out) -> asio::awaitable<void> {
        asio::ip::tcp::socket socket(io);
        asio::ip::tcp::endpoint const where(asio::ip::address_v4::loopback(), to);
        auto const [failure] = co_await socket.async_connect(where, as_codes);
        out = failure;
    };
    error_code failure;
    r.run(refused(r.io, port, failure));
    CHECK(failure == asio::error::connection_refused);
}

TEST_CASE("the loop may be gone before a connection has ended")
{
    asio::io_context io;
    emulator::server server(io.get_executor(), settings());
    REQUIRE(server.start().has_value());
    asio::ip::tcp::socket idle(io);
    idle.connect({asio::ip::address_v4::loopback(), server.settings().oss_tls_port});
    std::string_view const part = "no TLS yet";
    auto const before = io.poll();
    CHECK(before > 0);
    CHECK(asio::write(idle, asio::buffer(part.substr(0, 1))) == 1);
    io.poll();
    CHECK(server.max_in_flight() == 0);
}
