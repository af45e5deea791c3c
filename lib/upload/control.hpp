#pragma once

#include "net/watchdog.hpp"
#include "upload/bandwidth_limit.hpp"
#include "upload/bell.hpp"
#include "upload/recent_rate.hpp"

#include <sluice/clock.hpp>
#include <sluice/upload_handle.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

namespace sluice::upload
{

namespace asio = boost::asio;

// What one upload and whoever steers it have in common. The upload asks it before each step, and tells it how far it
// is; who steers may be on any thread.
class control
{
public:
    // Of who steers; any thread.
    [[nodiscard]] upload_status status() const;
    void pause();
    void resume();
    void cancel(on_cancel what);
    void set_bandwidth(std::uint64_t bytes_per_second) noexcept;

    // As another is set: its pause and its bandwidth. Before the beginning.
    void take_over(control const& from);

    // Of the upload's beginning, once; any thread. `stop` cancels the upload, and is called on `strand`.
    void begin(asio::any_io_executor strand, std::shared_ptr<clock> c, std::function<void()> stop);

    // Of the upload, on its strand.
    void end();
    // The limit that was set, or may be set meanwhile; `unless_set` until then.
    [[nodiscard]] bandwidth_limit& bandwidth(std::uint64_t unless_set) noexcept;
    [[nodiscard]] bool is_paused() const noexcept { return paused_.load(std::memory_order_relaxed); }
    [[nodiscard]] on_cancel when_cancelled() const noexcept { return when_cancelled_.load(); }
    // Until resumed, cancelled, or `until`: whichever it is, look again.
    asio::awaitable<void> wait_while_paused(steady_time until);
    void note(upload_progress const& progress, std::uint64_t sent_just_now);

private:
    struct steered;

    [[nodiscard]] std::shared_ptr<steered> current() const;

    std::atomic<bool> paused_{false};
    std::atomic<on_cancel> when_cancelled_{on_cancel::by_options};

    bandwidth_limit bandwidth_;

    mutable std::mutex mutex_;  // of all below
    bool bandwidth_is_set_ = false;
    std::shared_ptr<steered> upload_;
    upload_progress progress_;
    recent_rate rate_;
    bool ended_ = false;
    bool cancelled_early_ = false;
};

}  // namespace sluice::upload

namespace sluice::detail
{

// Under a name for public headers: an `upload` of theirs would stand in the way of the user's own.
class upload_control final : public upload::control
{};

// Of an upload_handle: steers the upload that it was given to last. Any thread.
class handle_state
{
public:
    [[nodiscard]] std::shared_ptr<upload_control> current() const;

    // For one upload more. The one before is left to itself: nobody could resume it.
    std::shared_ptr<upload_control> for_next_upload();

private:
    mutable std::mutex mutex_;
    std::shared_ptr<upload_control> current_ = std::make_shared<upload_control>();
    bool is_given_ = false;
};

}  // namespace sluice::detail
