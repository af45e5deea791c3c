#pragma once

#include "sink/service.hpp"
#include "sink/settings.hpp"
#include "sink/wire.hpp"

#include <chrono>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace bench::sink
{

using steady_time = std::chrono::steady_clock::time_point;

// One client's connection: takes requests as they come, pipelined or not, and answers them in order.
class connection
{
public:
    // What the loop is to wait for before the next turn.
    struct wish
    {
        bool closed = false;
        bool at_once = false;  // there is more, but the others have their turn first
        bool readable = false;
        bool writable = false;
        std::optional<steady_time> at;
    };

    // `scratch` is shared by all, and holds nothing between turns.
    connection(int socket, session_ptr tls, settings const& s, service& requests_to, std::span<char> scratch);

    // Does whatever can be done without waiting.
    wish turn(steady_time now);

    // The answers that service::holds_back kept are due at the next turn.
    void let_go(steady_time now);

private:
    struct held_answer
    {
        steady_time due;
        std::string text;
    };

    bool shake_hands();
    void read(steady_time now);
    void pace(steady_time now, std::size_t taken);
    void take(std::string_view bytes, steady_time now);
    std::string_view take_head(std::string_view bytes, steady_time now);
    void begin(std::string_view head, steady_time now);
    std::string_view take_body(std::string_view bytes, steady_time now);
    void finish(steady_time now);
    void set_low_water();
    void write(steady_time now);

    settings const& settings_;
    service& service_;
    std::span<char> scratch_;
    bool tls_;
    wire wire_;
    bool open_ = false;  // after the handshake
    bool closed_ = false;
    bool more_ = false;  // the last turn left something unread

    std::string head_;         // as much of one as is here
    bool in_request_ = false;  // its head is here, and not all of its body
    request request_;
    std::uint64_t left_ = 0;  // of its body
    received body_;

    bool is_last_ = false;  // nothing comes after the answers that are due

    steady_time free_at_{};  // with a rate: when the link has carried what was read
    bool link_is_idle_ = true;
    std::deque<held_answer> answers_;
    std::string out_;
};

}  // namespace bench::sink
