#pragma once

#include "cli/interruption.hpp"

#include <sluice/error.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <functional>
#include <optional>

namespace sluice::cli
{

namespace asio = boost::asio;

// What an interrupting signal does to a command whose work runs on an io_context: the first one calls `interrupt`,
// which is to end the work properly; a second one ends the program at once. Must outlive what it waits for.
class signal_watch
{
public:
    signal_watch(asio::io_context& context, std::function<void()> interrupt);

    // Also by a signal that came before this was there, and was noted by an `interruption`.
    [[nodiscard]] bool interrupted() const noexcept { return interrupted_; }

    // When the work is done, or the io_context never runs out of it. From then on a signal is noted, as by an
    // `interruption`; when this goes, its default action is back.
    void stop();

private:
    void wait();

    asio::signal_set signals_;
    std::optional<interruption> from_now_on_;
    std::function<void()> interrupt_;
    bool interrupted_ = false;
};

}  // namespace sluice::cli
