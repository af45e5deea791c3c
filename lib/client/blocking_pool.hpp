#pragma once

#include <sluice/error.hpp>

#include <boost/asio/any_io_executor.hpp>

namespace sluice
{

namespace asio = boost::asio;

// The executor of a small thread pool for calls that may block: reads of files that are not cached, name look-ups.
// One for each execution context, made when first asked for. It belongs to the context and not to a client, because
// a client may die on any thread, its own included, while a read still runs: the context ends these threads when it
// is destroyed, before what they would resume is gone.
// Errors: the system's, when it gives not a single thread. Asking again tries again.
result<asio::any_io_executor> blocking_pool_of(asio::any_io_executor const& ex);

}  // namespace sluice
