#include "sink/connection.hpp"

#include "base/crc64.hpp"

#include <algorithm>
#include <utility>

namespace bench::sink
{

namespace
{

constexpr std::size_t bytes_a_turn = 4UL * 1024 * 1024;
constexpr std::size_t paced_bytes_a_turn = 64UL * 1024;

// What TLS may hold of a body's end, as the part of a record, so that the socket never sees it.
constexpr std::uint64_t inside_tls = 32UL * 1024;

constexpr auto never = steady_time::max();

constexpr std::string_view end_of_head = "\r\n\r\n";

}  // namespace

connection::connection(int socket, session_ptr tls, settings const& s, service& requests_to, std::span<char> scratch)
    : settings_(s), service_(requests_to), scratch_(scratch), tls_(tls != nullptr), wire_(socket, std::move(tls))
{
    ++service_.since_asked().connections;
}

connection::wish connection::turn(steady_time now)
{
    more_ = false;
    if (!open_)
        open_ = shake_hands();
    if (open_)
    {
        bool const paused = settings_.rate != 0 && now < free_at_;
        if (!paused)
            read(now);
        write(now);
    }

    wish next;
    next.closed = closed_;
    next.writable = wire_.wants_write();
    bool const paused = settings_.rate != 0 && now < free_at_;
    next.at_once = more_ && !paused;
    next.readable = !paused;
    if (paused)
        next.at = free_at_;
    if (!answers_.empty() && answers_.front().due != never && (!next.at || answers_.front().due < *next.at))
        next.at = answers_.front().due;
    return next;
}

bool connection::shake_hands()
{
    auto const how = wire_.handshake();
    closed_ = how == wire::outcome::closed;
    if (how != wire::outcome::done)
        return false;
    if (tls_)
        ++(wire_.resumed() ? service_.since_asked().resumed_handshakes : service_.since_asked().full_handshakes);
    return true;
}

void connection::read(steady_time now)
{
    auto const most = settings_.rate != 0 ? paced_bytes_a_turn : bytes_a_turn;
    std::size_t taken = 0;
    while (taken < most && !closed_)
    {
        auto const room = settings_.rate != 0 ? scratch_.first(std::min(scratch_.size(), most - taken)) : scratch_;
        auto const got = wire_.read(room);
        closed_ = got.how == wire::outcome::closed;
        if (got.how != wire::outcome::done)
            break;
        taken += got.bytes;
        take({scratch_.data(), got.bytes}, now);
    }
    more_ = taken >= most;
    if (settings_.rate != 0)
        pace(now, taken);
    set_low_water();
}

// A link that was busy goes on from when it was free, however late this turn comes; one that had nothing to carry
// begins now.
void connection::pace(steady_time now, std::size_t taken)
{
    bool const was_idle = std::exchange(link_is_idle_, taken == 0);
    if (taken == 0)
        return;
    auto const seconds = static_cast<double>(taken) / static_cast<double>(settings_.rate);
    auto const carried = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(seconds));
    free_at_ = (was_idle ? now : free_at_) + carried;
}

void connection::take(std::string_view bytes, steady_time now)
{
    while (!bytes.empty() && !closed_)
        bytes = in_request_ ? take_body(bytes, now) : take_head(bytes, now);
}

// Returns what follows the head.
std::string_view connection::take_head(std::string_view bytes, steady_time now)
{
    if (head_.empty())
    {
        // As nearly always: the whole head at once, which needs no copy.
        auto const end = bytes.find(end_of_head);
        if (end != std::string_view::npos)
        {
            begin(bytes.substr(0, end), now);
            return bytes.substr(end + end_of_head.size());
        }
    }
    auto const before = head_.size();
    head_ += bytes;
    auto const end = head_.find(end_of_head, before < end_of_head.size() ? 0 : before - end_of_head.size());
    if (end == std::string::npos)
        return {};
    auto const head = std::exchange(head_, {});
    begin(std::string_view(head).substr(0, end), now);
    return bytes.substr(end + end_of_head.size() - before);
}

void connection::begin(std::string_view head, steady_time now)
{
    auto read = read_request(head);
    if (!read)
    {
        ++service_.since_asked().bad_requests;
        closed_ = true;
        return;
    }
    request_ = *std::move(read);
    in_request_ = true;
    body_ = {};
    left_ = request_.length;
    if (request_.awaits_leave)
        out_ += "HTTP/1.1 100 Continue\r\n\r\n";
    if (left_ == 0)
        finish(now);
}

// Returns what follows the body.
std::string_view connection::take_body(std::string_view bytes, steady_time now)
{
    auto const mine = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
    if (settings_.take_crc)
        body_.crc64 = sluice::crc64(body_.crc64, std::as_bytes(std::span(mine)));
    body_.bytes += mine.size();
    left_ -= mine.size();
    if (left_ == 0)
        finish(now);
    return bytes.substr(mine.size());
}

void connection::finish(steady_time now)
{
    auto answer = service_.answer(request_, body_);
    is_last_ = request_.is_last || settings_.close_each;
    in_request_ = false;
    if (service_.holds_back())
    {
        service_.hold_back();
        answers_.push_back({never, std::move(answer)});
    }
    else if (settings_.delay.count() == 0)
        out_ += answer;
    else
        answers_.push_back({now + settings_.delay, std::move(answer)});
}

void connection::let_go(steady_time now)
{
    for (auto& held : answers_)
        held.due = std::min(held.due, now);
}

// While a body is under way, waking for each little of it would charge the client for the wake-ups.
void connection::set_low_water()
{
    if (settings_.lowat == 0)
        return;
    auto const most = static_cast<std::uint64_t>(settings_.lowat);
    auto const sure = left_ > inside_tls ? left_ - inside_tls : 1;
    wire_.set_low_water(static_cast<int>(std::min(most, sure)));
}

void connection::write(steady_time now)
{
    for (; !answers_.empty() && answers_.front().due <= now; answers_.pop_front())
        out_ += answers_.front().text;
    while (!out_.empty() && !closed_)
    {
        auto const sent = wire_.write(out_);
        closed_ = sent.how == wire::outcome::closed;
        if (sent.how != wire::outcome::done)
            return;
        out_.erase(0, sent.bytes);
    }
    closed_ = closed_ || (is_last_ && answers_.empty());
}

}  // namespace bench::sink
