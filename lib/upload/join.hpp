#pragma once

#include <sluice/error.hpp>

#include <boost/asio/awaitable.hpp>

#include <vector>

namespace sluice::upload
{

namespace asio = boost::asio;

// Runs all at once on the caller's executor and returns when every one has ended. The first that fails cancels the
// others, and its error is the result: not the operation_aborted that it causes in them.
asio::awaitable<result<void>> join_until_first_failure(std::vector<asio::awaitable<result<void>>> work);

}  // namespace sluice::upload
