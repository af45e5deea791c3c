#pragma once

#include "support/run.hpp"
#include "support/scripted_server.hpp"
#include "support/test_authority.hpp"

#include "net/tcp_connector.hpp"

#include <sluice/clock.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::test
{

using opened_stream = result<std::unique_ptr<net::stream>>;

// A loop, a clock that stands still, and an executor for look-ups that is only run by hand.
struct wire_fixture
{
    asio::io_context loop;
    asio::io_context blocking;
    std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>(system_time{});
    test_authority authority;

    asio::any_io_executor ex() { return loop.get_executor(); }

    std::unique_ptr<net::tcp_connector> make_connector(net::connector_config const& config)
    {
        return std::make_unique<net::tcp_connector>(
            ex(), clock, asio::any_io_executor(blocking.get_executor()), config);
    }

    // One that trusts the authority.
    std::unique_ptr<net::tcp_connector> make_connector()
    {
        net::connector_config config;
        config.ca_file = authority.file();
        return make_connector(config);
    }

    server_tls tls(test_leaf const& leaf = {})
    {
        server_tls made;
        made.identity = authority.issue(leaf);
        return made;
    }

    opened_stream connect(net::connector& via, endpoint const& origin)
    {
        return run(loop, via.connect(origin, std::chrono::seconds(10)));
    }

    opened_stream connect(endpoint const& origin)
    {
        auto const via = make_connector();
        return connect(*via, origin);
    }
};

// Everything through the batch, and out of it.
inline asio::awaitable<error_code> send(net::stream& to, std::string_view bytes)
{
    while (!bytes.empty())
    {
        bytes.remove_prefix(to.put(asio::buffer(bytes)));
        auto const failed = co_await to.flush();
        if (failed)
            co_return failed;
    }
    co_return error_code{};
}

struct received
{
    error_code end;  // none: `size` bytes have come
    std::string bytes;
};

inline asio::awaitable<received> receive(net::stream& from, std::size_t size)
{
    received all;
    std::array<char, 10'000> block{};  // no divisor of a record's size
    while (all.bytes.size() < size && !all.end)
    {
        auto const got = co_await from.read_some(asio::buffer(block.data(), std::min(block.size(), size)));
        all.bytes.append(block.data(), got.bytes);
        all.end = got.code;
    }
    co_return all;
}

// Bytes in which a lost, doubled or misplaced block shows.
inline std::string pattern(std::size_t size)
{
    std::string bytes(size, '\0');
    std::uint32_t x = 1;
    for (auto& byte : bytes)
    {
        x = x * 1664525 + 1013904223;
        byte = static_cast<char>(x >> 24);
    }
    return bytes;
}

// A coroutine under way, that can be cancelled.
template <class T>
class started
{
public:
    started(asio::any_io_executor const& ex, asio::awaitable<T> body) : ex_(ex)
    {
        asio::co_spawn(ex, keep(state_, std::move(body)),
            asio::bind_cancellation_slot(state_->signal.slot(), [shared = state_](std::exception_ptr const& e) {
                shared->ended = true;
                if (e)
                    std::rethrow_exception(e);
            }));
    }

    // From the loop, as Asio wants it; of no effect when the coroutine has ended by then.
    void cancel(asio::cancellation_type kind = asio::cancellation_type::terminal)
    {
        asio::post(ex_, [shared = state_, kind] {
            if (!shared->ended)
                shared->signal.emit(kind);
        });
    }

    [[nodiscard]] bool ended() const { return state_->ended; }

    T& join(asio::io_context& loop)
    {
        run_until(loop, [this] { return ended(); });
        return *state_->outcome;
    }

private:
    struct state
    {
        asio::cancellation_signal signal;
        std::optional<T> outcome;
        bool ended = false;
    };

    static asio::awaitable<void> keep(std::shared_ptr<state> shared, asio::awaitable<T> body)
    {
        co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
        co_await asio::this_coro::throw_if_cancelled(false);
        shared->outcome.emplace(co_await std::move(body));
    }

    asio::any_io_executor ex_;
    std::shared_ptr<state> state_ = std::make_shared<state>();
};

}  // namespace sluice::test
