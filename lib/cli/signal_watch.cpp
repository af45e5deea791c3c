#include "cli/signal_watch.hpp"

#include "cli/exit_code.hpp"
#include "cli/temporary_folder.hpp"

#include <cstdlib>
#include <utility>

namespace sluice::cli
{

signal_watch::signal_watch(asio::io_context& context, std::function<void()> interrupt)
    : signals_(context, SIGINT, SIGTERM), interrupt_(std::move(interrupt))
{
    if (!is_ignored(SIGHUP))
        signals_.add(SIGHUP);
    interrupted_ = interruption::happened();
    wait();
}

void signal_watch::stop()
{
    signals_.cancel();
    signals_.clear();  // what is only cancelled goes on to swallow signals
    from_now_on_.emplace();
}

void signal_watch::wait()
{
    signals_.async_wait([this](error_code failure, int) {
        if (failure)
            return;
        if (interrupted_)
        {
            temporary_folder::remove_all();
            std::_Exit(static_cast<int>(exit_code::interrupted));
        }
        interrupted_ = true;
        wait();
        interrupt_();
    });
}

}  // namespace sluice::cli
