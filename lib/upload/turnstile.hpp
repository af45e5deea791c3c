#pragma once

#include "net/wake_signal.hpp"
#include "net/watchdog.hpp"

#include <sluice/clock.hpp>
#include <sluice/error.hpp>
#include <sluice/upload_options.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace sluice::upload
{

namespace asio = boost::asio;

// Lets the uploads to one bucket in by turns. Those inside are being sent or wait for a connection, and hold all that
// this takes; thousands may wait outside, for little memory each. On the client's strand.
class turnstile : public std::enable_shared_from_this<turnstile>
{
    struct waiter;
    struct sooner
    {
        bool operator()(waiter const* a, waiter const* b) const noexcept;
    };
    struct line
    {
        unsigned inside = 0;
        std::uint64_t last_came = 0;
        std::set<waiter*, sooner> outside;
    };
    using lines = std::map<std::string, line, std::less<>>;

public:
    // at_once: inside, for each bucket.
    static std::shared_ptr<turnstile> make(asio::any_io_executor strand, std::shared_ptr<clock> c, unsigned at_once);
    turnstile(turnstile const&) = delete;
    turnstile& operator=(turnstile const&) = delete;
    ~turnstile();

    // Being inside. Leaving lets the next one in.
    class pass
    {
    public:
        pass() = default;
        pass(pass&&) noexcept = default;
        pass& operator=(pass&& other) noexcept;
        ~pass() { leave(); }

        void leave();

        // The bucket is out of reach: everybody comes in, to hear of it or to wait where they are told first.
        void throw_open();

    private:
        friend turnstile;
        pass(std::shared_ptr<turnstile> of, lines::iterator at) : of_(std::move(of)), at_(at) {}

        std::shared_ptr<turnstile> of_;
        lines::iterator at_;
    };

    // In the order of coming and of urgency. Errors: operation_aborted when cancelled, errc::deadline_exceeded.
    asio::awaitable<result<pass>> enter(
        std::string_view bucket, steady_time until, priority urgency = priority::normal);

private:
    turnstile(asio::any_io_executor strand, std::shared_ptr<clock> c, unsigned at_once);

    lines::iterator line_to(std::string_view bucket);
    std::optional<pass> enter_now(std::string_view bucket);  // none: they must wait
    void leave(lines::iterator at);
    void let_all_in(lines::iterator at);
    void stop_waiting(waiter& w);
    void look();

    asio::any_io_executor strand_;
    std::shared_ptr<clock> clock_;
    unsigned const at_once_;
    lines lines_;
    std::size_t outside_ = 0;  // of all lines
    std::shared_ptr<net::watchdog> watch_;
};

}  // namespace sluice::upload
