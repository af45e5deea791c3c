#include "net/wire_fixture.hpp"

#include <boost/asio/ssl/error.hpp>

#include <filesystem>
#include <fstream>

using namespace sluice;
using namespace sluice::test;

namespace
{

server_script const say_nothing = [](server_peer& peer) -> asio::awaitable<void> { co_await peer.stay_silent(); };

// Says one word, so that the client's reading takes in the session tickets before it, and waits for the farewell.
server_script const say_hello = [](server_peer& peer) -> asio::awaitable<void> {
    co_await peer.write("hello");
    co_await peer.read_all();
};

bool says(std::string const& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE_FIXTURE(wire_fixture, "a server with a certificate of a trusted authority is connected to")
{
    scripted_server server(ex(), tls(), say_hello);
    for (auto const* const host : {"127.0.0.1", "localhost"})
    {
        CAPTURE(host);
        net::connector_config config;
        config.ca_file = authority.file();
        config.resolve_overrides.push_back({"LOCALHOST", server.port(), asio::ip::make_address("127.0.0.1")});
        auto const via = make_connector(config);
        auto const opened = connect(*via, server.origin(host));
        REQUIRE_MESSAGE(opened.has_value(), opened.error().describe());
        CHECK(run(loop, receive(**opened, 5)).bytes == "hello");
    }
}

TEST_CASE_FIXTURE(wire_fixture, "a name is told to the server, and an address is not (RFC 6066, 3)")
{
    std::string seen = "nothing yet";
    scripted_server server(ex(), tls({.names = {"media.example"}}), [&](server_peer& peer) -> asio::awaitable<void> {
        auto const* const name = SSL_get_servername(peer.tls(), TLSEXT_NAMETYPE_host_name);
        seen = name != nullptr ? name : "";
        co_return;
    });
    net::connector_config config;
    config.ca_file = authority.file();
    config.resolve_overrides.push_back({"media.example", server.port(), asio::ip::make_address("127.0.0.1")});
    auto const via = make_connector(config);

    auto const by_name = connect(*via, server.origin("media.example"));
    REQUIRE(by_name.has_value());
    run_until(loop, [&] { return seen != "nothing yet"; });
    CHECK(seen == "media.example");

    seen = "nothing yet";
    auto const by_address = connect(*via, server.origin());
    REQUIRE(by_address.has_value());
    run_until(loop, [&] { return seen != "nothing yet"; });
    CHECK(seen.empty());
}

TEST_CASE_FIXTURE(wire_fixture, "a certificate that is not to be trusted is refused, with the reason and advice")
{
    test_authority const stranger("someone else");
    struct row
    {
        char const* what;
        test_identity identity;
        char const* reason;
        char const* advice;
    };
    row rows[] = {
        {"another authority", stranger.issue(), "unable to get local issuer certificate", "--ca-file"},
        {"another name", authority.issue({.names = {"elsewhere.example"}, .addresses = {"10.0.0.1"}}),
            "IP address mismatch", "Check the host name"},
        {"expired", authority.issue({.begins = std::chrono::hours(-2), .ends = std::chrono::hours(-1)}),
            "certificate has expired", "clock"},
        {"not yet valid", authority.issue({.begins = std::chrono::hours(1), .ends = std::chrono::hours(2)}),
            "certificate is not yet valid", "clock"},
    };
    for (auto& r : rows)
    {
        CAPTURE(r.what);
        server_tls presented;
        presented.identity = std::move(r.identity);
        scripted_server server(ex(), std::move(presented), say_nothing);
        auto const opened = connect(server.origin());
        REQUIRE(opened.has_error());
        auto const& e = opened.error();
        CHECK(e.code == errc::untrusted_certificate);
        CHECK_FALSE(e.is_transient());
        CHECK(e.host == server.origin().authority());
        CHECK_MESSAGE(says(e.message, r.reason), e.message);
        CHECK_MESSAGE(says(e.recommendation, r.advice), e.recommendation);
        run_until(loop, [&] { return server.failed_handshakes() == 1; });
        CHECK_MESSAGE(says(server.last_error(), "alert"), server.last_error());  // the server learns why
    }
}

TEST_CASE_FIXTURE(wire_fixture, "a host name that the certificate lacks is refused")
{
    scripted_server server(ex(), tls({.names = {"elsewhere.example"}}), say_nothing);
    net::connector_config config;
    config.ca_file = authority.file();
    config.resolve_overrides.push_back({"media.example", server.port(), asio::ip::make_address("127.0.0.1")});
    auto const via = make_connector(config);
    auto const opened = connect(*via, server.origin("media.example"));
    REQUIRE(opened.has_error());
    CHECK(opened.error().code == errc::untrusted_certificate);
    CHECK_MESSAGE(says(opened.error().message, "hostname mismatch"), opened.error().message);
}

TEST_CASE_FIXTURE(wire_fixture, "the authority's name is not enough: another key under the same name is refused")
{
    test_authority const impostor;
    server_tls presented;
    presented.identity = impostor.issue();
    scripted_server server(ex(), std::move(presented), say_nothing);
    auto const opened = connect(server.origin());
    REQUIRE(opened.has_error());
    CHECK(opened.error().code == errc::untrusted_certificate);
}

TEST_CASE_FIXTURE(wire_fixture, "any certificate will do when the caller says so")
{
    test_authority const stranger("someone else");
    server_tls presented;
    presented.identity = stranger.issue({.names = {"elsewhere.example"}, .addresses = {}});
    scripted_server server(ex(), std::move(presented), say_nothing);
    net::connector_config config;
    config.verify_peer = false;
    auto const via = make_connector(config);
    CHECK(connect(*via, server.origin()).has_value());
}

TEST_CASE_FIXTURE(wire_fixture, "every authority in the file is trusted")
{
    test_authority const first("first");
    auto const path = std::filesystem::temp_directory_path() / std::filesystem::path(first.file() + "-both").filename();
    std::ofstream(path) << first.pem() << "some words between\n" << authority.pem();
    scripted_server server(ex(), tls(), say_nothing);
    net::connector_config config;
    config.ca_file = path.string();
    auto const via = make_connector(config);
    CHECK(connect(*via, server.origin()).has_value());
    std::filesystem::remove(path);
}

TEST_CASE_FIXTURE(wire_fixture, "a file of authorities that cannot be used is named")
{
    auto const empty = authority.file() + "-empty";
    std::ofstream(empty).put('\n');
    struct row
    {
        std::string path;
        char const* reason;
    };
    row const rows[] = {
        {authority.file() + "-missing", "No such file or directory"},
        {empty, "no certificate"},
        {std::filesystem::temp_directory_path().string(), "not a regular file"},
        {"/dev/null", "not a regular file"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.path);
        net::connector_config config;
        config.ca_file = r.path;
        auto const via = make_connector(config);
        endpoint origin;
        origin.host = "127.0.0.1";
        origin.port = 1;
        for (int i = 0; i < 2; ++i)  // each time
        {
            auto const opened = connect(*via, origin);
            REQUIRE(opened.has_error());
            CHECK(opened.error().code == errc::invalid_argument);
            CHECK(says(opened.error().message, r.path));
            CHECK_MESSAGE(says(opened.error().message, r.reason), opened.error().message);
        }
    }
    std::filesystem::remove(empty);
}

TEST_CASE_FIXTURE(wire_fixture, "a server that does not speak TLS is told from one that is not trusted")
{
    scripted_server server(ex(), [](server_peer& peer) -> asio::awaitable<void> {
        co_await peer.read(1);
        co_await peer.write("HTTP/1.1 400 Bad Request\r\n\r\n");
        co_await peer.read_all();
    });
    auto origin = server.origin();
    origin.tls = true;
    auto const opened = connect(origin);
    REQUIRE(opened.has_error());
    CHECK(opened.error().code.category() == asio::error::get_ssl_category());
    CHECK_MESSAGE(says(opened.error().message, "does not speak TLS"), opened.error().message);
    CHECK(says(opened.error().recommendation, "http://"));
}

TEST_CASE_FIXTURE(wire_fixture, "a server that leaves in the handshake is a passing failure")
{
    struct row
    {
        bool reset;
        error_code code;
    };
    for (auto const& r : {row{true, asio::error::connection_reset}, row{false, asio::error::eof}})
    {
        CAPTURE(r.reset);
        scripted_server server(ex(), [&](server_peer& peer) -> asio::awaitable<void> {
            co_await peer.read_until("\x03\x03");  // into the client's hello
            if (r.reset)
                peer.reset();
            else
                peer.socket().shutdown(asio::ip::tcp::socket::shutdown_send);
            co_await peer.read_all();
        });
        auto origin = server.origin();
        origin.tls = true;
        auto const opened = connect(origin);
        REQUIRE(opened.has_error());
        CHECK(opened.error().code == r.code);
        CHECK(opened.error().is_transient());
        CHECK_MESSAGE(says(opened.error().message, "TLS handshake"), opened.error().message);
    }
}

TEST_CASE_FIXTURE(wire_fixture, "TLS 1.2 is spoken where the server knows no better, and nothing older")
{
    for (auto const version : {TLS1_3_VERSION, TLS1_2_VERSION, TLS1_1_VERSION})
    {
        CAPTURE(version);
        int spoken = 0;
        auto offered = tls();
        offered.max_version = version;
        scripted_server server(ex(), std::move(offered), [&](server_peer& peer) -> asio::awaitable<void> {
            spoken = SSL_version(peer.tls());
            co_await peer.write("hello");
            co_await peer.read_all();
        });
        auto const opened = connect(server.origin());
        CHECK(opened.has_value() == (version >= TLS1_2_VERSION));
        if (opened)
        {
            CHECK(run(loop, receive(**opened, 5)).bytes == "hello");
            CHECK(spoken == version);
        }
        else
        {
            CHECK(opened.error().code.category() == asio::error::get_ssl_category());
            CHECK_MESSAGE(says(opened.error().recommendation, "TLS 1.2"), opened.error().describe());
        }
    }
}

TEST_CASE_FIXTURE(wire_fixture, "http/1.1 is offered, and a cheap cipher is taken")
{
    std::string protocol;
    std::string cipher;
    auto offered = tls();
    offered.protocol = "http/1.1";
    scripted_server server(ex(), std::move(offered), [&](server_peer& peer) -> asio::awaitable<void> {
        unsigned char const* chosen = nullptr;
        unsigned size = 0;
        SSL_get0_alpn_selected(peer.tls(), &chosen, &size);
        protocol.assign(reinterpret_cast<char const*>(chosen), size);
        cipher = SSL_get_cipher_name(peer.tls());
        co_await peer.write("hello");
        co_await peer.read_all();
    });
    auto const opened = connect(server.origin());
    REQUIRE(opened.has_value());
    CHECK(run(loop, receive(**opened, 5)).bytes == "hello");
    CHECK(protocol == "http/1.1");
    CHECK((cipher == "TLS_AES_128_GCM_SHA256" || cipher == "TLS_CHACHA20_POLY1305_SHA256"));
}

TEST_CASE_FIXTURE(wire_fixture, "a server that insists on another protocol is not spoken to")
{
    auto offered = tls();
    offered.protocol = "h2";
    scripted_server server(ex(), std::move(offered), say_hello);
    auto const opened = connect(server.origin());
    REQUIRE(opened.has_error());
    CHECK_MESSAGE(says(opened.error().message, "no application protocol"), opened.error().message);
}

TEST_CASE_FIXTURE(wire_fixture, "the second connection to an origin resumes the session of the first")
{
    for (auto const version : {TLS1_3_VERSION, TLS1_2_VERSION})
    {
        CAPTURE(version);
        auto offered = tls();
        offered.max_version = version;
        scripted_server server(ex(), std::move(offered), say_hello);
        auto const via = make_connector();
        for (unsigned i = 0; i < 4; ++i)
        {
            CAPTURE(i);
            auto const opened = connect(*via, server.origin());
            REQUIRE(opened.has_value());
            CHECK((*opened)->resumed() == (i > 0));
            CHECK(run(loop, receive(**opened, 5)).bytes == "hello");
            (*opened)->close();
        }
    }
}

TEST_CASE_FIXTURE(wire_fixture, "a session survives a connection that broke, and never serves another origin")
{
    scripted_server server(ex(), tls(), [](server_peer& peer) -> asio::awaitable<void> {
        co_await peer.write("hello");
        peer.reset();
    });
    scripted_server neighbour(ex(), tls(), say_hello);
    auto const via = make_connector();
    for (auto const resumed : {false, true})
    {
        auto const opened = connect(*via, server.origin());
        REQUIRE(opened.has_value());
        CHECK((*opened)->resumed() == resumed);
        CHECK(run(loop, receive(**opened, 6)).end);  // a reset may overtake the greeting, never the handshake
    }
    auto const elsewhere = connect(*via, neighbour.origin());
    REQUIRE(elsewhere.has_value());
    CHECK_FALSE((*elsewhere)->resumed());
}

TEST_CASE_FIXTURE(wire_fixture, "a server that hands out no tickets is shaken hands with in full each time")
{
    auto offered = tls();
    offered.resumable = false;
    scripted_server server(ex(), std::move(offered), say_hello);
    auto const via = make_connector();
    for (unsigned i = 0; i < 2; ++i)
    {
        auto const opened = connect(*via, server.origin());
        REQUIRE(opened.has_value());
        CHECK_FALSE((*opened)->resumed());
        CHECK(run(loop, receive(**opened, 5)).bytes == "hello");
    }
}
