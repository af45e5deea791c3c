#include "net/pipeline_window.hpp"

#include <algorithm>

namespace sluice::net
{

namespace
{

// May be unanswered before anything is measured, and always: two parts of the default size, or a hundred round trips of
// slow lines in small objects. What is queued and not sent costs nothing when the connection is lost.
constexpr std::uint64_t always = 8UL * 1024 * 1024;

// As BBR's for its window: one is too little, for bodies are whole and answers come in clusters, and only with more
// than one does a window that was too small grow.
constexpr double gain = 2;

// A line that became slower, or a way that became longer, is believed after one to two of these.
constexpr std::chrono::seconds span(5);

double seconds(std::chrono::nanoseconds t) noexcept
{
    return std::chrono::duration<double>(t).count();
}

}  // namespace

pipeline_window::pipeline_window(window_limits limits) noexcept : limits_(limits), rate_(span), latency_(span) {}

bool pipeline_window::has_room(load unanswered, std::uint64_t next_body) const noexcept
{
    if (unanswered.requests >= limits_.requests)
        return false;
    if (unanswered.bytes == 0 || next_body == 0)
        return true;
    if (unanswered.bytes >= limits_.bytes || next_body > limits_.bytes - unanswered.bytes)
        return false;
    auto const before = static_cast<double>(unanswered.bytes);
    return unanswered.bytes <= always || before < static_cast<double>(next_body) + in_transit_;
}

pipeline_window::mark pipeline_window::begin(steady_time now, bool nothing_before) noexcept
{
    if (nothing_before)
        answered_at_ = answered_from_ = now;
    return {answered_bytes_, answered_at_, answered_from_, now, nothing_before || answered_bytes_ < held_up_until_};
}

void pipeline_window::ran_dry(load unanswered) noexcept
{
    if (has_room(unanswered, last_body_))
        held_up_until_ = answered_bytes_ + unanswered.bytes;
}

void pipeline_window::answered(
    steady_time now, mark const& since, std::uint64_t body, std::optional<steady_time> sent_at) noexcept
{
    answered_bytes_ += body;
    answered_at_ = now;
    answered_from_ = since.from;
    last_body_ = body;
    if (sent_at)
        latency_.add(now, now - *sent_at);
    // Answers that come in a cluster would make the line look faster than it took the bodies.
    auto const took = std::max(now - since.answered_at, since.from - since.answered_from);
    if (took.count() > 0)
        learn_rate(now, static_cast<double>(answered_bytes_ - since.answered_bytes) / seconds(took), since.held_up);
    in_transit_ = gain * rate() * seconds(latency());
}

// A rate at which we offered too little is a lower bound, and no more.
void pipeline_window::learn_rate(steady_time now, double rate, bool held_up) noexcept
{
    if (!held_up || rate > this->rate())
        rate_.add(now, rate);
}

}  // namespace sluice::net
