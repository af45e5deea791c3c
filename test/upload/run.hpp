#pragma once

#include "upload/as_error_codes.hpp"

#include <sluice/error.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace sluice::test
{

namespace asio = boost::asio;

// Runs one coroutine to its end, as the client does: cancellation through `stop`, as error codes.
template <class T>
T run(asio::io_context& context, asio::awaitable<T> work, asio::cancellation_signal* stop = nullptr)
{
    std::optional<T> done;
    std::exception_ptr thrown;
    auto slot = stop != nullptr ? stop->slot() : asio::cancellation_slot();
    asio::co_spawn(context, upload::as_error_codes(std::move(work)),
        asio::bind_cancellation_slot(slot, [&](std::exception_ptr e, T value) {
            thrown = std::move(e);
            done.emplace(std::move(value));
        }));
    context.restart();
    context.run();
    if (thrown)
        std::rethrow_exception(thrown);
    return std::move(done).value();  // throws when the coroutine never ended
}

}  // namespace sluice::test
