#pragma once

#include "net/answer_parser.hpp"
#include "net/exchange.hpp"
#include "net/pipeline.hpp"
#include "net/stream.hpp"
#include "net/wake_signal.hpp"

#include <sluice/client_config.hpp>
#include <sluice/clock.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice::net
{

// One keep-alive connection: a writer and a reader, each a coroutine, with the book of a pipeline between them.
// On the client's strand. The coroutines keep it alive until both have ended, which end() brings about.
class connection final : public std::enable_shared_from_this<connection>
{
public:
    using exchanges = std::vector<std::shared_ptr<exchange>>;

    // Who gave it its requests. Outlives every exchange that it handed over, and the connection until on_ended().
    class keeper
    {
    public:
        virtual void on_room(connection& c) = 0;                             // more may go out, or it is idle
        virtual void on_returned(connection& c, exchanges again) = 0;        // to be sent elsewhere, at once
        virtual void on_ended(connection& c, pipeline::conclusion end) = 0;  // the last call but for on_returned()
        virtual void on_sent(std::uint64_t bytes) = 0;                       // of requests, sealed or not
        virtual void look_by(steady_time when) = 0;                          // call look() then

    protected:
        ~keeper() = default;
    };

    connection(keeper& k, asio::any_io_executor strand, std::unique_ptr<stream> s, std::shared_ptr<clock> c,
        time_limits const& limits, window_limits window, std::string peer);

    void start();

    // Only with room for it in the book. Requests taken in one turn leave in one batch.
    void take(std::shared_ptr<exchange> x);

    // The caller of `x` leaves, with this error: at once, or as soon as the body's source has let go.
    void leave(exchange& x, error why);

    void end(ending why);

    // Deadlines and limits.
    void look(steady_time now);
    [[nodiscard]] steady_time due() const noexcept;

    [[nodiscard]] pipeline const& book() const noexcept { return book_; }
    [[nodiscard]] bool is_idle() const noexcept { return book_.is_empty() && book_.accepts(); }
    [[nodiscard]] steady_time idle_since() const noexcept { return idle_since_; }
    [[nodiscard]] bool looks_dead() const noexcept { return stream_->looks_dead(); }
    [[nodiscard]] bool was_used() const noexcept { return was_used_; }

private:
    asio::awaitable<void> write_requests();
    asio::awaitable<void> write(std::shared_ptr<exchange> x);
    asio::awaitable<void> write_body(std::shared_ptr<exchange> x);
    asio::awaitable<void> put(std::shared_ptr<exchange> x, asio::const_buffer bytes);
    asio::awaitable<void> flush();
    [[nodiscard]] result<void> compose(request& what, std::uint64_t body_bytes);
    [[nodiscard]] bool goes_on(exchange const& x) const noexcept;
    void fail_body(exchange& x, error why);
    void writing_failed(error_code ec);

    asio::awaitable<void> read_answers();
    void take_input();
    void answer_came(steady_time now);
    void input_ended(error_code ec);

    // What becomes of a request whose caller may have to wait until its body's source has let go.
    struct departure
    {
        std::shared_ptr<exchange> what;
        std::optional<result<response>> outcome;  // none: send it elsewhere
    };
    void release(departure d);
    void resolve(departure d);
    void source_left();

    void drain();
    void watch();
    [[nodiscard]] error failure_of(ending why, pipeline::leaving const& l, bool answering) const;

    keeper* keeper_;  // null once ended, unless a departure is pending
    asio::any_io_executor strand_;
    std::unique_ptr<stream> stream_;
    std::shared_ptr<clock> clock_;
    time_limits limits_;
    std::string peer_;
    pipeline book_;
    answer_parser parser_;
    std::string head_;
    wake_signal work_;
    asio::cancellation_signal stop_source_;
    departure pending_;  // until the writer has left the body's source
    std::string why_lost_;
    error_code write_error_;
    steady_time idle_since_;
    std::size_t batched_ = 0;        // bytes put and not flushed
    bool request_in_batch_ = false;  // one of them is the last of a request
    bool in_source_ = false;
    bool was_slow_ = false;  // the body written last, at some time
    bool was_used_ = false;
    bool ended_ = false;
};

}  // namespace sluice::net
