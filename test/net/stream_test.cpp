#include "net/wire_fixture.hpp"

#include "net/plain_stream.hpp"
#include "net/tls_context.hpp"
#include "net/tls_stream.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>

using namespace sluice;
using namespace sluice::test;
using asio::ip::tcp;

namespace
{

constexpr std::size_t several_mib = 5UL * 1024 * 1024 + 123;

// The least that a batch takes.
constexpr std::size_t batch = 256UL * 1024;

// Sizes of socket buffers. The smallest ones make the kernel's window crawl: for tests that wait, not that transfer.
constexpr int as_usual = 0;
constexpr int less_than_a_batch = 64 * 1024;
constexpr int a_record = 16 * 1024;
constexpr int smallest = 1;

// Plain and TLS streams keep the same promises.
struct stream_fixture : wire_fixture
{
    std::unique_ptr<scripted_server> server;
    std::shared_ptr<net::stream_buffers> buffers = std::make_shared<net::stream_buffers>();
    std::shared_ptr<net::tls_context> context = net::tls_context::create(authority.file(), true).value();

    // socket_buffer: bytes, on both sides.
    std::unique_ptr<net::stream> open(bool secure, int socket_buffer, server_script script)
    {
        auto whole = [socket_buffer, script = std::move(script)](server_peer& peer) -> asio::awaitable<void> {
            resize(peer.socket(), socket_buffer);
            co_await script(peer);
        };
        server = secure ? std::make_unique<scripted_server>(ex(), tls(), whole)
                        : std::make_unique<scripted_server>(ex(), whole);
        tcp::socket socket(ex());
        socket.open(tcp::v4());
        resize(socket, socket_buffer);
        socket.connect({asio::ip::make_address("127.0.0.1"), server->port()});
        if (!secure)
            return std::make_unique<net::plain_stream>(std::move(socket), buffers);
        auto made = std::make_unique<net::tls_stream>(std::move(socket), buffers, context, server->origin());
        auto const shaken = run(loop, made->handshake());
        REQUIRE_MESSAGE(shaken.has_value(), shaken.error().describe());
        return made;
    }

    static void resize(tcp::socket& socket, int size)
    {
        if (size == as_usual)
            return;
        socket.set_option(tcp::socket::send_buffer_size(size));
        socket.set_option(tcp::socket::receive_buffer_size(size));
    }
};

}  // namespace

TEST_CASE_FIXTURE(stream_fixture, "megabytes go both ways at once, intact, through buffers of any size")
{
    auto const up = pattern(several_mib);
    auto const down = std::string(up.rbegin(), up.rend());
    for (auto const secure : {false, true})
        for (auto const size : {as_usual, less_than_a_batch})
        {
            CAPTURE(secure);
            CAPTURE(size);
            std::string arrived;
            // The server sends all before it reads anything: a client that cannot read while it writes would hang.
            auto const s = open(secure, size, [&](server_peer& peer) -> asio::awaitable<void> {
                co_await peer.write(down);
                arrived = co_await peer.read(up.size());
                co_await peer.read_all();
            });
            started<error_code> writing(ex(), send(*s, up));
            started<received> reading(ex(), receive(*s, down.size()));
            CHECK_FALSE(writing.join(loop));
            CHECK(reading.join(loop).bytes == down);
            run_until(loop, [&] { return !arrived.empty(); });
            CHECK(arrived == up);
            CHECK(s->bytes_moved() >= up.size() + down.size());
        }
}

TEST_CASE_FIXTURE(stream_fixture, "what is put leaves in batches, and a full batch takes nothing")
{
    for (auto const secure : {false, true})
    {
        CAPTURE(secure);
        std::string arrived;
        auto const s = open(secure, as_usual, [&](server_peer& peer) -> asio::awaitable<void> {
            arrived = co_await peer.read(batch);
            co_await peer.read_all();
        });
        auto const before = s->bytes_moved();
        auto const bytes = pattern(several_mib);
        auto const taken = s->put(asio::buffer(bytes));
        CHECK(taken >= batch);
        CHECK(taken < bytes.size());
        CHECK(s->put(asio::buffer(bytes)) == 0);
        loop.poll();
        CHECK(s->bytes_moved() == before);  // nothing leaves before flush()
        CHECK_FALSE(run(loop, s->flush()));
        CHECK(s->bytes_moved() >= before + taken);
        run_until(loop, [&] { return !arrived.empty(); });
        CHECK(arrived == bytes.substr(0, batch));
    }
}

TEST_CASE_FIXTURE(stream_fixture, "a connection that rested goes on, with a reader that waited meanwhile")
{
    for (auto const secure : {false, true})
    {
        CAPTURE(secure);
        auto const s = open(secure, as_usual, [](server_peer& peer) -> asio::awaitable<void> {
            for (int i = 0; i < 3; ++i)
                co_await peer.write(co_await peer.read(5));
            co_await peer.read_all();
        });
        for (int i = 0; i < 3; ++i)
        {
            s->rest();
            started<received> reading(ex(), receive(*s, 5));
            loop.poll();
            CHECK_FALSE(reading.ended());
            CHECK_FALSE(s->looks_dead());
            CHECK_FALSE(run(loop, send(*s, "abcde")));
            CHECK(reading.join(loop).bytes == "abcde");
        }
    }
}

TEST_CASE_FIXTURE(stream_fixture, "an idle connection holds no buffers, waiting reader or not")
{
    for (auto const secure : {false, true})
    {
        CAPTURE(secure);
        buffers = std::make_shared<net::stream_buffers>();
        auto const s = open(secure, as_usual, [](server_peer& peer) -> asio::awaitable<void> {
            co_await peer.write(co_await peer.read(5));
            co_await peer.read_all();
        });
        CHECK_FALSE(run(loop, send(*s, "abcde")));
        CHECK(run(loop, receive(*s, 5)).bytes == "abcde");
        started<received> reading(ex(), receive(*s, 1));
        loop.poll();
        CHECK_FALSE(reading.ended());
        // The one that was used each time has come back.
        CHECK(buffers->batches.unused() == 1);
        CHECK(buffers->receives.unused() == (secure ? 1 : 0));
        s->close();
        CHECK(reading.join(loop).end == asio::error::operation_aborted);
    }
}

TEST_CASE_FIXTURE(
    stream_fixture, "the end of the peer's stream is eof, but over TLS without a farewell it is truncated")
{
    for (auto const secure : {false, true})
        for (auto const farewell : {false, true})
        {
            CAPTURE(secure);
            CAPTURE(farewell);
            auto const s = open(secure, as_usual, [&](server_peer& peer) -> asio::awaitable<void> {
                co_await peer.write("the last words");
                if (farewell)
                    co_await peer.shut_down();
                else
                    peer.close();
            });
            auto const got = run(loop, receive(*s, 100));
            CHECK(got.bytes == "the last words");
            auto const end = secure && !farewell ? error_code(asio::ssl::error::stream_truncated) : asio::error::eof;
            CHECK(got.end == end);
            CHECK(run(loop, receive(*s, 100)).end == end);
        }
}

TEST_CASE_FIXTURE(stream_fixture, "a reset ends both reader and writer")
{
    for (auto const secure : {false, true})
    {
        CAPTURE(secure);
        auto const s = open(secure, smallest, [](server_peer& peer) -> asio::awaitable<void> {
            co_await peer.read(1);
            peer.reset();
        });
        auto const bytes = pattern(several_mib);
        started<received> reading(ex(), receive(*s, 1));
        started<error_code> writing(ex(), send(*s, bytes));
        CHECK(reading.join(loop).end);
        auto const failed = writing.join(loop);
        CHECK((failed == asio::error::connection_reset || failed == asio::error::broken_pipe));

        // From now on everything is taken and dropped, and each flush says why.
        CHECK(s->put(asio::buffer(bytes)) == bytes.size());
        CHECK(run(loop, s->flush()) == failed);
        CHECK(s->looks_dead());
    }
}

TEST_CASE_FIXTURE(stream_fixture, "an answer that came before the writing failed can still be read")
{
    for (auto const secure : {false, true})
    {
        CAPTURE(secure);
        auto const s = open(secure, smallest, [](server_peer& peer) -> asio::awaitable<void> {
            co_await peer.read(1);
            co_await peer.write("too large");
            peer.reset();
        });
        auto const bytes = pattern(several_mib);
        CHECK(run(loop, send(*s, bytes)));
        auto const got = run(loop, receive(*s, 9));
        CAPTURE(got.end);
        CHECK(got.bytes == "too large");
    }
}

TEST_CASE_FIXTURE(stream_fixture, "closing ends at once whatever is suspended")
{
    for (auto const secure : {false, true})
    {
        CAPTURE(secure);
        auto const s =
            open(secure, smallest, [](server_peer& peer) -> asio::awaitable<void> { co_await peer.stay_silent(); });
        auto const bytes = pattern(several_mib);
        started<received> reading(ex(), receive(*s, 1));
        started<error_code> writing(ex(), send(*s, bytes));
        loop.poll();
        CHECK_FALSE(reading.ended());
        CHECK_FALSE(writing.ended());
        s->close();
        CHECK(reading.join(loop).end == asio::error::operation_aborted);
        CHECK(writing.join(loop) == asio::error::operation_aborted);
        CHECK(run(loop, receive(*s, 1)).end == asio::error::operation_aborted);
        CHECK(run(loop, send(*s, bytes)) == asio::error::operation_aborted);
        CHECK(s->looks_dead());
        CHECK(buffers->batches.unused() == 1);
    }
}

TEST_CASE_FIXTURE(stream_fixture, "closing says farewell in TLS, unless something is left unsent")
{
    for (auto const unsent : {false, true})
    {
        CAPTURE(unsent);
        std::optional<std::string> arrived;
        bool farewell = false;
        auto const s = open(true, as_usual, [&](server_peer& peer) -> asio::awaitable<void> {
            arrived = co_await peer.read_all();
            farewell = (SSL_get_shutdown(peer.tls()) & SSL_RECEIVED_SHUTDOWN) != 0;
        });
        if (unsent)
            s->put(asio::buffer("half a request", 14));
        s->close();
        run_until(loop, [&] { return arrived.has_value(); });
        CHECK(arrived->empty());
        CHECK(farewell == !unsent);
    }
}

TEST_CASE_FIXTURE(stream_fixture, "reading and writing can be cancelled, and go on afterwards where they were")
{
    auto const bytes = pattern(several_mib);
    for (auto const secure : {false, true})
        for (auto const kind :
            {asio::cancellation_type::terminal, asio::cancellation_type::partial, asio::cancellation_type::total})
        {
            CAPTURE(secure);
            bool listen = false;
            std::string arrived;
            auto const s = open(secure, a_record, [&](server_peer& peer) -> asio::awaitable<void> {
                while (!listen)
                    co_await asio::post(peer.socket().get_executor(), asio::use_awaitable);
                arrived = co_await peer.read_until("end");
                co_await peer.write("hello");
                co_await peer.read_all();
            });
            auto const taken = s->put(asio::buffer(bytes));
            started<received> reading(ex(), receive(*s, 5));
            started<error_code> flushing(ex(), s->flush());
            for (int i = 0; i < 1000; ++i)
                loop.poll_one();
            CHECK_FALSE(flushing.ended());
            CHECK_FALSE(reading.ended());
            reading.cancel(kind);
            CHECK(reading.join(loop).end == asio::error::operation_aborted);
            CHECK_FALSE(flushing.ended());  // the neighbour is unharmed
            flushing.cancel(kind);
            CHECK(flushing.join(loop) == asio::error::operation_aborted);

            listen = true;
            CHECK_FALSE(run(loop, s->flush()));
            CHECK_FALSE(run(loop, send(*s, "end")));
            CHECK(run(loop, receive(*s, 5)).bytes == "hello");
            CHECK(arrived == bytes.substr(0, taken) + "end");
        }
}

TEST_CASE_FIXTURE(stream_fixture, "a look at an idle connection tells whether the peer has left or spoken up")
{
    enum class deed
    {
        nothing,
        farewell,
        close,
        reset,
        words
    };
    for (auto const secure : {false, true})
        for (auto const what : {deed::nothing, deed::farewell, deed::close, deed::reset, deed::words})
        {
            CAPTURE(secure);
            CAPTURE(static_cast<int>(what));
            bool done = false;
            bool go = false;
            auto const s = open(secure, as_usual, [&](server_peer& peer) -> asio::awaitable<void> {
                co_await peer.read(1);
                while (!go)
                    co_await asio::post(peer.socket().get_executor(), asio::use_awaitable);
                if (what == deed::farewell)
                    co_await peer.shut_down();
                if (what == deed::close)
                    peer.close();
                if (what == deed::reset)
                    peer.reset();
                if (what == deed::words)
                    co_await peer.write("HTTP/1.1 408 Request Timeout\r\n\r\n");
                done = true;
                co_await peer.stay_silent();
            });
            CHECK_FALSE(run(loop, send(*s, "x")));
            CHECK_FALSE(s->looks_dead());  // though session tickets lie unread
            go = true;
            run_until(loop, [&] { return done; });
            CHECK(s->looks_dead() == (what != deed::nothing));
        }
}

TEST_CASE_FIXTURE(stream_fixture, "keys are updated when the peer asks, while data flows both ways")
{
    std::string arrived;
    auto const s = open(true, as_usual, [&](server_peer& peer) -> asio::awaitable<void> {
        for (int i = 0; i < 3; ++i)
        {
            SSL_key_update(peer.tls(), SSL_KEY_UPDATE_REQUESTED);
            co_await peer.write("hello");
            arrived += co_await peer.read(5);
        }
        co_await peer.read_all();
    });
    for (int i = 0; i < 3; ++i)
    {
        CHECK(run(loop, receive(*s, 5)).bytes == "hello");
        CHECK_FALSE(run(loop, send(*s, "world")));
    }
    run_until(loop, [&] { return arrived.size() == 15; });
    CHECK(arrived == "worldworldworld");
}

TEST_CASE_FIXTURE(stream_fixture, "the answer to a key update leaves without anything else to send")
{
    auto const s = open(true, as_usual, [](server_peer& peer) -> asio::awaitable<void> {
        SSL_key_update(peer.tls(), SSL_KEY_UPDATE_REQUESTED);
        co_await peer.write("hello");
        co_await peer.read_all();
    });
    CHECK(run(loop, receive(*s, 5)).bytes == "hello");
    CHECK(buffers->batches.unused() == 1);  // the batch is empty again
}

TEST_CASE_FIXTURE(stream_fixture, "bytes that are no TLS end the stream with the TLS layer's error")
{
    auto const s = open(true, as_usual, [](server_peer& peer) -> asio::awaitable<void> {
        co_await asio::async_write(peer.socket(), asio::buffer("HTTP/1.1 200 OK\r\n\r\n", 19), asio::use_awaitable);
        co_await peer.read_all();
    });
    auto const got = run(loop, receive(*s, 1));
    CHECK(got.end.category() == asio::error::get_ssl_category());
    CHECK(run(loop, s->flush()) == got.end);
    CHECK(s->looks_dead());
}
