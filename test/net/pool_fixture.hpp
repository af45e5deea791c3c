#pragma once

#include "fake_stream.hpp"
#include "net/pool.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

#include <list>
#include <optional>
#include <string>

namespace sluice::net::test
{

// A body in blocks, each of which may have to be released by the test.
class fake_body final : public body_source
{
public:
    fake_body(asio::any_io_executor const& ex, std::string bytes_, std::size_t block_size = 1u << 20u)
        : bytes(std::move(bytes_)), announced(bytes.size()), block(block_size), go_on(ex)
    {}

    [[nodiscard]] std::uint64_t size() const noexcept override { return announced; }
    void rewind() override
    {
        at = 0;
        ++rewinds;
    }
    [[nodiscard]] bool is_ready() const noexcept override { return ready; }
    [[nodiscard]] bool is_held_back() const noexcept override { return held_back; }
    [[nodiscard]] bool is_slow() const noexcept override { return limited; }

    asio::awaitable<result<asio::const_buffer>> next() override
    {
        ++inside;
        while (slow)
        {
            co_await go_on.wait();
            if (!go_on.was_notified())
            {
                // Letting go may take the source a while.
                while (lets_go_slowly)
                    co_await go_on.wait_whatever_is_cancelled();
                --inside;
                co_return error(error_code(asio::error::operation_aborted));
            }
        }
        --inside;
        if (fails)
            co_return *fails;
        auto const b = asio::buffer(bytes) + at;
        auto const n = std::min(b.size(), block);
        at += n;
        co_return asio::const_buffer(asio::buffer(b, n));
    }

    void release()
    {
        slow = lets_go_slowly = false;
        go_on.notify();
    }

    std::string bytes;
    std::uint64_t announced;
    std::size_t block;
    std::size_t at = 0;
    unsigned rewinds = 0;
    int inside = 0;
    bool slow = false;
    bool lets_go_slowly = false;
    bool ready = false;
    bool held_back = false;
    bool limited = false;
    std::optional<error> fails;
    wake_signal go_on;
};

struct fake_request final : request
{
    explicit fake_request(std::string name_) : name(std::move(name_)) {}

    result<void> compose(std::string& head) override
    {
        ++composed;
        if (refuse)
            return *refuse;
        head += method + " /" + name + " HTTP/1.1\r\nHost: h\r\n";
        return {};
    }
    [[nodiscard]] body_source* body() noexcept override { return source; }
    [[nodiscard]] std::string_view operation() const noexcept override { return "Test"; }
    [[nodiscard]] std::string resource() const override { return name; }
    [[nodiscard]] bool repeatable() const noexcept override { return harmless; }
    [[nodiscard]] lane kind() const noexcept override { return in; }
    [[nodiscard]] bool yields() const noexcept override { return patient; }
    [[nodiscard]] priority urgency() const noexcept override { return importance; }
    [[nodiscard]] bool is_head() const noexcept override { return method == "HEAD"; }
    [[nodiscard]] std::uint64_t max_answer_bytes() const noexcept override { return max_answer; }

    std::string name;
    std::string method = "GET";
    body_source* source = nullptr;
    bool harmless = true;
    lane in = lane::call;
    priority importance = priority::normal;
    bool patient = true;
    std::uint64_t max_answer = 1000;
    std::optional<error> refuse;
    unsigned composed = 0;
};

inline std::string answer(std::string_view body, std::string_view fields = "")
{
    return "HTTP/1.1 200 OK\r\n" + std::string(fields) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
}

// A send() under way, with its request.
struct call
{
    call(asio::any_io_executor const& ex, std::string name, std::string bytes)
        : what(std::move(name)), body(ex, std::move(bytes))
    {}

    fake_request what;
    fake_body body;
    asio::cancellation_signal stop;
    std::optional<result<response>> outcome;

    void cancel() { stop.emit(asio::cancellation_type::terminal); }
    [[nodiscard]] bool done() const { return outcome.has_value(); }
    [[nodiscard]] bool answered(std::string_view with) const
    {
        return done() && outcome->has_value() && (*outcome)->body == with;
    }
    [[nodiscard]] bool failed(error_code with) const
    {
        return done() && outcome->has_error() && outcome->error().code == with;
    }
};

// A pool over streams in memory, a clock that stands still, and calls that the test starts and looks at.
struct pool_fixture
{
    asio::io_context context;
    std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>(system_time());
    std::shared_ptr<fake_network> network = std::make_shared<fake_network>(context.get_executor());
    time_limits limits;
    pool_limits sizes;
    std::optional<pool> under_test;
    std::list<call> calls;
    endpoint origin{false, "h", 80, false};

    pool& the_pool()
    {
        if (!under_test)
            under_test.emplace(context.get_executor(), clock, std::make_unique<fake_connector>(network), limits, sizes);
        return *under_test;
    }

    // Prepared, to be changed before it is started.
    call& make(std::string name, std::string body = "")
    {
        auto& c = calls.emplace_back(context.get_executor(), std::move(name), std::move(body));
        if (!c.body.bytes.empty())
        {
            c.what.method = "PUT";
            c.what.in = lane::object;
            c.what.source = &c.body;
        }
        return c;
    }

    void start(call& c, steady_time until = steady_time::max())
    {
        auto done = [&c](std::exception_ptr const& failure, result<response> r) {
            c.outcome = std::move(r);
            if (failure)
                std::rethrow_exception(failure);
        };
        asio::co_spawn(context, run(c, until), asio::bind_cancellation_slot(c.stop.slot(), std::move(done)));
    }

    asio::awaitable<result<response>> run(call& c, steady_time until)
    {
        co_await asio::this_coro::throw_if_cancelled(false);
        co_return co_await the_pool().send(origin, c.what, until);
    }

    call& begin(std::string name, std::string body = "")
    {
        auto& c = make(std::move(name), std::move(body));
        start(c);
        return c;
    }

    // Runs until nothing can go on without the test.
    void settle()
    {
        context.restart();
        context.poll();
    }

    void advance(std::chrono::nanoseconds by)
    {
        clock->advance(by);
        settle();
    }

    fake_wire& wire(std::size_t i) { return *network->wires.at(i); }

    // One call answered, so that the connection is one that was used before.
    void use_once(std::size_t i = 0)
    {
        auto& c = begin("first");
        settle();
        wire(i).say(answer("first"));
        settle();
        if (!c.answered("first"))
            throw std::logic_error("the connection could not be used");
    }
};

}  // namespace sluice::net::test
