#pragma once

#include "cli/exit_code.hpp"

#include <sluice/client.hpp>

#include <functional>

namespace sluice::cli
{

// Runs the work of one command on a client, on this thread. The first interrupting signal says `when_interrupted` and
// cancels the work, which hears of it as error codes; it ends with exit_code::interrupted then, whatever it returns.
// A second signal ends the program at once.
exit_code run_work(
    client_config config, char const* when_interrupted, std::function<asio::awaitable<exit_code>(client&)> const& work);

// Whether the coroutine that asks was cancelled.
asio::awaitable<bool> is_interrupted();

}  // namespace sluice::cli
