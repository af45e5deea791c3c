#include "net/answer_parser.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

using namespace sluice;
using namespace sluice::net;
using progress = answer_parser::progress;

namespace
{

void feed(answer_parser& parser, std::string_view bytes)
{
    while (!bytes.empty())
    {
        auto const room = parser.prepare();
        auto const n = std::min(room.size(), bytes.size());
        std::memcpy(room.data(), bytes.data(), n);
        parser.commit(n);
        bytes.remove_prefix(n);
    }
}

// All answers of `bytes`, which come in pieces of `piece` bytes; each answers a HEAD, or none does.
std::vector<response> parse_all(std::string_view bytes, std::size_t piece, bool head = false)
{
    std::vector<response> out;
    answer_parser parser;
    while (!bytes.empty())
    {
        feed(parser, bytes.substr(0, piece));
        bytes.remove_prefix(std::min(piece, bytes.size()));
        while (parser.has_input())
        {
            if (!parser.begun())
                parser.begin(head, 1000);
            auto const p = parser.parse();
            REQUIRE(p != progress::failed);
            if (p != progress::complete)
                break;
            out.push_back(parser.take());
        }
    }
    return out;
}

progress parse_once(answer_parser& parser, std::string_view bytes, std::uint64_t max_body = 1000)
{
    parser.begin(false, max_body);
    auto p = progress::needs_input;
    while (!bytes.empty() && p == progress::needs_input)
    {
        auto const piece = bytes.substr(0, 4000);
        feed(parser, piece);
        bytes.remove_prefix(piece.size());
        p = parser.parse();
    }
    return p;
}

}  // namespace

TEST_CASE("answers are the same however the bytes are split")
{
    constexpr std::string_view bytes = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nx-oss-request-id: A\r\n\r\nhello"
                                       "HTTP/1.1 100 Continue\r\n\r\n"
                                       "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n"
                                       "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\n"
                                       "HTTP/1.1 204 No Content\r\nETag: \"e\"\r\n\r\n"
                                       "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece)
    {
        CAPTURE(piece);
        auto const all = parse_all(bytes, piece);
        REQUIRE(all.size() == 4);
        CHECK(all[0].status == 200);
        CHECK(all[0].body == "hello");
        CHECK(all[0].headers.find("X-Oss-Request-Id") == "A");
        CHECK(all[1].status == 404);
        CHECK(all[1].body == "abcde");
        CHECK(all[1].headers.find("Trailer").empty());
        CHECK(all[2].status == 204);
        CHECK(all[2].headers.find("etag") == "\"e\"");
        CHECK(all[3].body.empty());
    }
}

TEST_CASE("the answer to a HEAD has no body, whatever its length says")
{
    auto const all = parse_all("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nHTTP/1.1 404 N\r\n\r\n", 1000, true);
    REQUIRE(all.size() == 2);
    CHECK(all[0].headers.find("content-length") == "500");
    CHECK(all[1].status == 404);
}

TEST_CASE("an answer without a length ends with the stream")
{
    answer_parser parser;
    CHECK(parse_once(parser, "HTTP/1.1 200 OK\r\n\r\nabc") == progress::needs_input);
    CHECK(parser.end_of_input() == progress::complete);
    CHECK(parser.take().body == "abc");
    CHECK_FALSE(parser.keeps_alive());
}

TEST_CASE("an answer that ends too early is not complete")
{
    for (std::string_view const bytes :
        {"HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"})
    {
        CAPTURE(bytes);
        answer_parser parser;
        CHECK(parse_once(parser, bytes) == progress::needs_input);
        CHECK(parser.end_of_input() == progress::needs_input);
    }
}

TEST_CASE("what is not an answer is refused, and the message quotes it")
{
    std::string many_fields = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 20'000; ++i)
        many_fields += "a: b\r\n";
    auto const chunked = std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    struct row
    {
        std::string bytes;
        char const* says;
    };
    row const rows[] = {
        {"SSH-2.0-OpenSSH_9.2\r\n\x01", "\"SSH-2.0-OpenSSH_9.2\""},
        {"<html>not a server of ours</html>", "<html>not"},
        {"R3JhbnRTZWNyZXRjMmRiNDRkNWYxNTg0ZGU5YjkxYiIsIkV4\r\n", "\"***\""},
        {"x R3JhbnRTZWNyZXRjMmRi\r\n", "\"x ***\""},
        {"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "not HTTP/1.1"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", "larger than 1000 bytes"},
        {chunked + "3E9\r\n", "larger than 1000 bytes"},
        {"HTTP/1.1 200 OK\r\n\r\n" + std::string(1001, 'x'), "larger than 1000 bytes"},
        {"HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x'), "larger than 64 KiB"},
        {"HTTP/1.1 200 " + std::string(70'000, 'x'), "larger than 64 KiB"},
        {many_fields, "larger than 64 KiB"},
        {chunked + "3;" + std::string(70'000, 'x'), "larger than 64 KiB"},
        {chunked + "0\r\nX: " + std::string(70'000, 'x'), "larger than 64 KiB"},
        {"HTTP/1.1 101 Switching Protocols\r\n\r\n", "status 101"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.bytes.substr(0, 80));
        answer_parser parser;
        CHECK(parse_once(parser, r.bytes) == progress::failed);
        CHECK(parser.failure().code == errc::malformed_response);
        CHECK_MESSAGE(parser.failure().message.find(r.says) != std::string::npos, parser.failure().message);
    }
}

TEST_CASE("no more is quoted than the first line of a connection, for what follows may hold a credential")
{
    auto const chunked = std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    std::string const rows[] = {
        chunked + "4\r\nabcdSECRET\r\n",
        chunked + "SECRET\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokSECRET and more\r\n\r\n",
        "HTTP/1.1 200 OK\r\nSECRET\r\n\r\n",
    };
    for (auto const& bytes : rows)
        for (std::size_t const piece : {std::size_t{1}, bytes.find("SECRET"), bytes.size()})
        {
            CAPTURE(bytes);
            CAPTURE(piece);
            answer_parser parser;
            auto p = progress::needs_input;
            for (std::size_t at = 0; at < bytes.size() && p != progress::failed; at += piece)
            {
                feed(parser, std::string_view(bytes).substr(at, piece));
                while (p != progress::failed && parser.has_input())
                {
                    if (!parser.begun())
                        parser.begin(false, 1000);
                    p = parser.parse();
                    if (p != progress::complete)
                        break;
                    (void)parser.take();
                }
            }
            REQUIRE(p == progress::failed);
            CHECK_MESSAGE(parser.failure().message.find("SECRET") == std::string::npos, parser.failure().message);
        }
}

TEST_CASE("a TLS alert is recognised, and the scheme to use is said")
{
    answer_parser parser;
    CHECK(parse_once(parser, std::string_view("\x15\x03\x01\0\x02\x02\x46", 7)) == progress::failed);
    CHECK(parser.failure().message.find("TLS alert") != std::string::npos);
    CHECK(parser.failure().recommendation.find("https://") != std::string::npos);
}

TEST_CASE("endless interim answers are refused")
{
    std::string bytes;
    for (int i = 0; i < 100; ++i)
        bytes += "HTTP/1.1 102 Processing\r\n\r\n";
    answer_parser parser;
    CHECK(parse_once(parser, bytes) == progress::failed);
}

TEST_CASE("the connection may be used again unless the answer says otherwise")
{
    struct row
    {
        std::string_view bytes;
        bool keeps;
    };
    constexpr row rows[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: Close\r\n\r\n", false},
        {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false},
        {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n", true},
        {"HTTP/1.1 204 No Content\r\n\r\n", true},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.bytes);
        answer_parser parser;
        REQUIRE(parse_once(parser, r.bytes) == progress::complete);
        (void)parser.take();
        CHECK(parser.keeps_alive() == r.keeps);
    }
}

TEST_CASE("the room for reading grows while answers are large, and is small again on an idle connection")
{
    answer_parser parser;
    auto const idle = parser.prepare().size();
    parser.begin(false, mib);
    feed(parser, "HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n");
    for (std::size_t left = 300'000; left > 0;)
    {
        CHECK(parser.parse() == progress::needs_input);
        auto const room = parser.prepare();
        auto const n = std::min(room.size(), left);
        std::memset(room.data(), 'x', n);
        parser.commit(n);
        left -= n;
    }
    CHECK(parser.parse() == progress::complete);
    CHECK(parser.prepare().size() > idle);
    CHECK(parser.take().body.size() == 300'000);
    CHECK(parser.prepare().size() == idle);
}
