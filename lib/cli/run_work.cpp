#include "cli/run_work.hpp"

#include "cli/report.hpp"
#include "cli/signal_watch.hpp"
#include "cli/work_context.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>

#include <cstdio>
#include <exception>
#include <optional>
#include <utility>

namespace sluice::cli
{

namespace
{

asio::awaitable<exit_code> uncancelled_by_exceptions(
    std::function<asio::awaitable<exit_code>(client&)> const& work, client& with)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    co_return co_await work(with);
}

}  // namespace

exit_code run_work(
    client_config config, char const* when_interrupted, std::function<asio::awaitable<exit_code>(client&)> const& work)
{
    work_context context;
    std::optional<client> with(std::in_place, context.get().get_executor(), std::move(config));
    asio::cancellation_signal cancel;
    signal_watch signals(context.get(), [&] {
        std::fprintf(stderr, "\nsluice: interrupted, %s (once more to quit at once)\n", when_interrupted);
        cancel.emit(asio::cancellation_type::terminal);
    });

    exit_code code = exit_code::failed;
    std::exception_ptr thrown;
    auto const done = [&](std::exception_ptr e, exit_code c) {
        thrown = std::move(e);
        code = c;
        signals.stop();
        tell_orphans(with->stats().orphans);
        with.reset();  // its idle connections would keep run() waiting until they time out
        context.work_is_done();
    };
    asio::co_spawn(
        context.get(), uncancelled_by_exceptions(work, *with), asio::bind_cancellation_slot(cancel.slot(), done));
    context.run();
    if (thrown)
        std::rethrow_exception(thrown);
    return signals.interrupted() ? exit_code::interrupted : code;
}

asio::awaitable<bool> is_interrupted()
{
    auto const state = co_await asio::this_coro::cancellation_state;
    co_return state.cancelled() != asio::cancellation_type::none;
}

}  // namespace sluice::cli
