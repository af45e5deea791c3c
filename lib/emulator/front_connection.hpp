#pragma once

#include "emulator/exchange.hpp"
#include "emulator/front_context.hpp"
#include "emulator/front_stream.hpp"
#include "emulator/request_parser.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

namespace sluice::emulator
{

// One client's connection: reads requests as they come, ahead of the answers, and answers them in order.
class front_connection
{
public:
    front_connection(
        front_stream stream, std::shared_ptr<front_context> context, service_kind of_port, std::uint64_t number);

    asio::awaitable<void> run();  // until either side has had enough
    void close();                 // at once; run() ends soon after

    asio::cancellation_slot cancellation() { return cancel_.slot(); }

private:
    enum class stage
    {
        handshake,
        between_requests,
        in_request,
        farewell  // all is said, and the peer has not ended yet
    };

    asio::awaitable<void> converse();
    asio::awaitable<void> read_requests();
    asio::awaitable<bool> read_head(request_parser& parser);
    asio::awaitable<bool> read_body(request_parser& parser, exchange& x);
    asio::awaitable<bool> serve(request_parser& parser);
    asio::awaitable<bool> fill_buffer();
    asio::awaitable<void> write_answers();
    asio::awaitable<after_answer> write_answer(exchange& x);
    asio::awaitable<bool> write_text(std::string_view head, std::string_view body);
    asio::awaitable<void> changed();
    asio::awaitable<void> watch();

    void answer_malformed(std::string_view failure);
    void stop_reading();
    void count_in_flight();
    void moved();
    void end_wait();
    [[nodiscard]] bool waits_for_peer() const noexcept;
    [[nodiscard]] std::span<std::byte const> unread() const noexcept;
    [[nodiscard]] unsigned unanswered() const noexcept { return static_cast<unsigned>(queue_.size()); }

    front_stream stream_;
    std::shared_ptr<front_context> context_;
    service_kind of_port_;
    std::uint64_t number_;

    std::vector<std::byte> buffer_;
    std::size_t begin_ = 0;  // of what was read and not yet used
    std::size_t end_ = 0;

    std::deque<std::unique_ptr<exchange>> queue_;  // the oldest first
    bool reading_ = true;                          // more requests may come
    bool closed_ = false;

    stage stage_ = stage::handshake;
    bool writing_ = false;
    bool timed_out_ = false;  // the read that has just ended
    steady_time last_moved_;  // when bytes last came, or an answer left

    asio::steady_timer wake_;  // never due: cancelled when anything above has changed
    asio::cancellation_signal cancel_;
};

}  // namespace sluice::emulator
