#include "net/wire_fixture.hpp"

#include <array>

using namespace sluice;
using namespace sluice::test;

namespace
{

// A TLS server whose bytes the test itself carries to the socket, so that it may cut them where it likes.
class hand_carried_tls
{
public:
    explicit hand_carried_tls(test_identity const& identity)
        : context_(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free), ssl_(nullptr, &SSL_free)
    {
        auto* const context = context_.get();
        SSL_CTX_use_certificate(context, identity.certificate.get());
        SSL_CTX_use_PrivateKey(context, identity.key.get());
        SSL_CTX_set_num_tickets(context, 0);          // none in the handshake
        SSL_CTX_set_max_send_fragment(context, 512);  // so that a later one
        SSL_CTX_set_session_ticket_cb(                // of this size takes several records
            context,
            [](SSL* ssl, void*) {
                std::array<char, 2000> const ballast{};
                return SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), ballast.data(), ballast.size());
            },
            nullptr, nullptr);
        ssl_.reset(SSL_new(context));
        SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        SSL_set_accept_state(ssl_.get());
    }

    asio::awaitable<bool> handshake(server_peer& peer)
    {
        for (;;)
        {
            auto const done = SSL_do_handshake(ssl_.get()) == 1;
            auto const output = take_output();
            co_await peer.write(output);
            if (done)
                co_return true;
            auto const more = co_await pull(peer);
            if (!more)
                co_return false;
        }
    }

    // The records of one session ticket.
    std::string make_ticket()
    {
        SSL_new_session_ticket(ssl_.get());
        SSL_do_handshake(ssl_.get());
        return take_output();
    }

    asio::awaitable<std::string> read(server_peer& peer, std::size_t size)
    {
        std::string all(size, '\0');
        std::size_t got = 0;
        while (SSL_read_ex(ssl_.get(), all.data(), all.size(), &got) != 1)
        {
            auto const more = co_await pull(peer);
            if (!more)
                co_return std::string();
        }
        all.resize(got);
        co_return all;
    }

    // Of the first record, its header included.
    static std::size_t record_size(std::string_view records)
    {
        auto const high = static_cast<unsigned char>(records[3]);
        auto const low = static_cast<unsigned char>(records[4]);
        return 5UL + 256UL * high + low;
    }

private:
    // One record of the client.
    asio::awaitable<bool> pull(server_peer& peer)
    {
        auto const header = co_await peer.read(5);
        if (header.size() < 5)
            co_return false;
        auto const body = co_await peer.read(record_size(header) - 5);
        BIO_write(SSL_get_rbio(ssl_.get()), header.data(), static_cast<int>(header.size()));
        BIO_write(SSL_get_rbio(ssl_.get()), body.data(), static_cast<int>(body.size()));
        co_return true;
    }

    std::string take_output()
    {
        std::string bytes(BIO_ctrl_pending(SSL_get_wbio(ssl_.get())), '\0');
        BIO_read(SSL_get_wbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
        return bytes;
    }

    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
};

}  // namespace

TEST_CASE_FIXTURE(wire_fixture, "writing waits while a message of the peer has come in part, with a reader and without")
{
    auto const identity = authority.issue();
    for (auto const with_reader : {false, true})
    {
        CAPTURE(with_reader);
        bool go_on = false;
        std::string arrived;
        scripted_server server(ex(), [&](server_peer& peer) -> asio::awaitable<void> {
            hand_carried_tls tls(identity);
            auto const shaken = co_await tls.handshake(peer);
            CHECK(shaken);
            auto const ticket = tls.make_ticket();
            auto const first = hand_carried_tls::record_size(ticket);
            CHECK(first < ticket.size());
            co_await peer.write(std::string_view(ticket).substr(0, first));
            while (!go_on)
                co_await asio::post(peer.socket().get_executor(), asio::use_awaitable);
            co_await peer.write(std::string_view(ticket).substr(first));
            arrived = co_await tls.read(peer, 5);
            co_await peer.read_all();
        });
        auto origin = server.origin();
        origin.tls = true;
        auto const opened = connect(origin);
        REQUIRE_MESSAGE(opened.has_value(), opened.error().describe());
        auto& s = **opened;

        // The first record is taken in: by the reader, or by a look. That it was resting must lose nothing of it.
        s.rest();
        std::optional<started<received>> reading;
        if (with_reader)
            reading.emplace(ex(), receive(s, 1));
        auto const before = s.bytes_moved();
        while (s.bytes_moved() == before)
        {
            loop.poll_one();
            CHECK_FALSE(s.looks_dead());
        }

        started<error_code> writing(ex(), send(s, "hello"));
        for (int i = 0; i < 1000; ++i)
            loop.poll_one();
        CHECK_FALSE(writing.ended());
        go_on = true;
        CHECK_FALSE(writing.join(loop));
        run_until(loop, [&] { return !arrived.empty(); });
        CHECK(arrived == "hello");

        s.close();
        if (reading)
            CHECK(reading->join(loop).end == asio::error::operation_aborted);
    }
}
