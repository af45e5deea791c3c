#pragma once

#include "net/wake_signal.hpp"
#include "net/watchdog.hpp"

#include <sluice/clock.hpp>
#include <sluice/error.hpp>
#include <sluice/upload_options.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <vector>

namespace sluice::upload
{

namespace asio = boost::asio;

// The memory that the uploads of a client hold, in blocks of one size that are used again. A body whose source can be
// read again takes its block when it is sent, and never waits; who must keep bytes until the server has confirmed them
// has a share, and waits for more when the limit is reached. On the client's strand.
class memory_budget : public std::enable_shared_from_this<memory_budget>
{
    struct account;
    struct waiter;

public:
    // 256 KiB is where reading from the page cache is cheapest, and what one batch of the TLS writer takes.
    static constexpr std::size_t block_size = 256 * kib;

    // limit: bytes.
    static std::shared_ptr<memory_budget> make(
        asio::any_io_executor strand, std::shared_ptr<clock> c, std::uint64_t limit);
    memory_budget(memory_budget const&) = delete;
    memory_budget& operator=(memory_budget const&) = delete;
    ~memory_budget();

    // block_size bytes, in use as long as it exists, whatever becomes of the share it was taken from. On the strand.
    class block
    {
    public:
        block() = default;
        block(block&&) noexcept = default;
        block& operator=(block&& other) noexcept;
        ~block() { give_back(); }

        [[nodiscard]] char* get() const noexcept { return bytes_.get(); }
        explicit operator bool() const noexcept { return bytes_ != nullptr; }

    private:
        friend memory_budget;
        block(std::unique_ptr<char[]> bytes, std::shared_ptr<memory_budget> of, std::shared_ptr<account> by) noexcept;

        void give_back() noexcept;

        std::unique_ptr<char[]> bytes_;
        std::shared_ptr<memory_budget> of_;
        std::shared_ptr<account> by_;  // null: nobody's share
    };

    // What one upload may hold. As long as it holds fewer blocks than are guaranteed it gets one at once, though the
    // limit be reached: nobody can be kept waiting for ever by those who hold much and do nothing.
    // Blocks that come free go to those who wait: to the more urgent, of these to who holds the fewest, of these to who
    // came first. Who was passed over as often as net::places_behind() allows goes before all that.
    class share
    {
    public:
        share() = default;
        share(share&&) noexcept = default;
        share& operator=(share&& other) noexcept;
        ~share() { close(); }  // a take() under way ends with operation_aborted

        // False: it would have to wait.
        bool try_take(block& to);

        // One at a time. Errors: operation_aborted when cancelled, errc::deadline_exceeded.
        asio::awaitable<result<block>> take(steady_time until);

        void set_guaranteed(std::size_t blocks);  // 1, if nothing is said

        [[nodiscard]] std::size_t held() const noexcept;  // blocks
        [[nodiscard]] bool would_wait() const noexcept;   // for the next one

    private:
        friend memory_budget;
        share(std::shared_ptr<memory_budget> of, std::shared_ptr<account> by) noexcept;

        void close() noexcept;

        std::shared_ptr<memory_budget> of_;
        std::shared_ptr<account> by_;
    };

    // Counts, but never waits.
    [[nodiscard]] block take_now();

    [[nodiscard]] share open(priority urgency = priority::normal);

    [[nodiscard]] std::uint64_t limit() const noexcept { return std::uint64_t{limit_} * block_size; }    // bytes
    [[nodiscard]] std::uint64_t in_use() const noexcept { return std::uint64_t{in_use_} * block_size; }  // bytes
    [[nodiscard]] std::size_t unused() const noexcept { return unused_.size(); }                         // blocks kept

private:
    // Many of few blocks each come and go; more than these are given back to the system.
    static constexpr std::size_t blocks_kept = 8;

    struct by_need
    {
        bool operator()(waiter const* a, waiter const* b) const noexcept;
    };
    struct by_turn
    {
        bool operator()(waiter const* a, waiter const* b) const noexcept;
    };

    memory_budget(asio::any_io_executor strand, std::shared_ptr<clock> c, std::uint64_t limit);

    [[nodiscard]] bool is_free_for(account const& by) const noexcept;
    [[nodiscard]] block take(std::shared_ptr<account> by);
    static asio::awaitable<result<block>> wait(
        std::shared_ptr<memory_budget> self, std::shared_ptr<account> by, steady_time until);
    void give_back(std::unique_ptr<char[]> bytes, account* by) noexcept;
    void hold(account& by, std::ptrdiff_t more) noexcept;
    void serve(waiter& w);
    void serve_all();
    void stop_waiting(waiter& w);
    void look();

    asio::any_io_executor strand_;
    std::shared_ptr<clock> clock_;
    std::size_t const limit_;  // blocks, as the next
    std::size_t in_use_ = 0;
    std::vector<std::unique_ptr<char[]>> unused_;
    std::set<waiter*, by_need> needy_;    // all who wait
    std::set<waiter*, by_turn> in_turn_;  // likewise
    std::uint64_t served_ = 0;            // of those who had to wait
    std::uint64_t last_waiter_ = 0;
    std::shared_ptr<net::watchdog> watch_;
};

}  // namespace sluice::upload
