#pragma once

#include "net/rate_queue.hpp"

#include <sluice/clock.hpp>

#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace sluice::upload
{

namespace asio = boost::asio;

// How many bytes of bodies may be sent in a second: by one upload, or by all of a client. They go in the order of
// asking; what is unused for a quarter of a second may be made up for. On the client's strand, but for set() and get().
class bandwidth_limit
{
public:
    // What is sent at once under a limit, so that a low one does not look like a stall.
    static constexpr std::chrono::milliseconds piece{250};
    static constexpr std::size_t least_piece = 4096;

    // Bytes a second; 0: no limit.
    explicit bandwidth_limit(std::uint64_t rate = 0) noexcept : wanted_(rate) {}

    // Any thread, at any time: who waits already sees it within a quarter of a second.
    void set(std::uint64_t rate) noexcept { wanted_.store(rate, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t get() const noexcept { return wanted_.load(std::memory_order_relaxed); }

    // As in net::rate_queue.
    [[nodiscard]] double enter(std::size_t bytes, steady_time now) noexcept;
    [[nodiscard]] std::chrono::nanoseconds wait_for(double place, steady_time now) noexcept;
    [[nodiscard]] bool would_wait(std::uint64_t bytes, steady_time now) noexcept;

private:
    void follow(steady_time now) noexcept;

    std::atomic<std::uint64_t> wanted_;
    std::uint64_t followed_ = 0;
    net::rate_queue line_{piece};
};

// What a body passes before each of its blocks: the limit of its upload, and that of the client.
class bandwidth_gate
{
public:
    // All must outlive it.
    bandwidth_gate(clock& c, bandwidth_limit& of_upload, bandwidth_limit& of_client) noexcept
        : clock_(c), own_(of_upload), all_(of_client)
    {}

    [[nodiscard]] bool is_open() const noexcept { return own_.get() == 0 && all_.get() == 0; }
    [[nodiscard]] bool is_upload_limited() const noexcept { return own_.get() != 0; }

    // Bytes to send at once where so many may be.
    [[nodiscard]] std::size_t piece(std::size_t most) const noexcept;

    [[nodiscard]] bool would_wait(std::size_t bytes) const noexcept;
    // For the limit of its upload.
    [[nodiscard]] bool would_wait_alone(std::uint64_t bytes) const noexcept;

    // False: cancelled while it waited.
    asio::awaitable<bool> pass(std::size_t bytes) const;

private:
    clock& clock_;
    bandwidth_limit& own_;
    bandwidth_limit& all_;
};

}  // namespace sluice::upload
