#pragma once

#include <sluice/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace sluice::upload
{

namespace asio = boost::asio;

// Coroutines that run beside each other and are joined; one that runs may add others. The first that fails cancels the
// others, and its error is the result: not the operation_aborted that it causes in them.
class crew
{
public:
    explicit crew(asio::any_io_executor const& ex);
    ~crew();

    // On the executor only. Begun in a later turn, unless one has failed by then.
    void add(asio::awaitable<result<void>> work);

    // What cancels the one that is added next, if it has not ended; what it makes of that is its own affair. May be
    // called, on the executor, when the crew is gone.
    [[nodiscard]] std::function<void()> way_to_stop_next() const;

    // Cancels all, and lets none begin any more: `why` is the result, unless one has failed before. On the executor.
    void stop(error why);

    // One has failed, or stop() was called: nobody begins any more.
    [[nodiscard]] bool has_stopped() const noexcept;

    // Until every one has ended. Cancellation: terminal; cancels them. To be set up so that it arrives as error codes.
    asio::awaitable<result<void>> join();

private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace sluice::upload
