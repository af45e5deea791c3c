#pragma once

#include <sluice/export.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <memory>

namespace sluice
{

namespace asio = boost::asio;

using steady_time = std::chrono::steady_clock::time_point;
using system_time = std::chrono::system_clock::time_point;

/// Where the library gets its time from: dates of signatures, waiting, limits. Thread-safe.
class SLUICE_EXPORT clock
{
public:
    clock() = default;
    clock(clock const&) = delete;
    clock& operator=(clock const&) = delete;
    virtual ~clock() = default;

    [[nodiscard]] virtual system_time now() const = 0;         ///< date and time, UTC
    [[nodiscard]] virtual steady_time steady_now() const = 0;  ///< never goes back

    /// Completes when steady_now() has reached `when`, or with operation_aborted when cancelled through its slot.
    /// Never completes inside this call.
    virtual void async_wait_until(steady_time when, asio::any_io_executor ex,
        asio::any_completion_handler<void(boost::system::error_code)> done) = 0;
};

/// The system's clocks.
SLUICE_EXPORT std::shared_ptr<clock> system_clock();

/// A clock that stands still until told to move: for tests of time limits, retries and expiry without sleeping.
class SLUICE_EXPORT manual_clock final : public clock
{
public:
    explicit manual_clock(system_time start);

    /// Cancels the waits that are pending: they complete with operation_aborted.
    ~manual_clock() override;

    /// Moves both clocks on and completes every wait that is due.
    void advance(std::chrono::nanoseconds by);

    /// Moves the date alone, as an administrator would.
    void set_system_time(system_time to);

    /// Waits that are pending now: lets a test know that the code under test has begun to wait.
    [[nodiscard]] std::size_t waiting() const;

    [[nodiscard]] system_time now() const override;
    [[nodiscard]] steady_time steady_now() const override;
    void async_wait_until(steady_time when, asio::any_io_executor ex,
        asio::any_completion_handler<void(boost::system::error_code)> done) override;

private:
    class impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace sluice
