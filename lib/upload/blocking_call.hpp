#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>

namespace sluice::upload
{

namespace asio = boost::asio;

// Work that may block: it owns everything it touches, for it ends alone when its caller is cancelled.
class blocking_job
{
public:
    blocking_job() = default;
    blocking_job(blocking_job const&) = delete;
    blocking_job& operator=(blocking_job const&) = delete;
    virtual ~blocking_job() = default;

    virtual void run() noexcept = 0;
};

// Runs it on `blocking`, and resumes on the caller's executor when it has ended: true. False: cancelled, at once; what
// the job writes may not be looked at then. To be set up so that cancellation arrives as error codes.
asio::awaitable<bool> run_blocking(std::shared_ptr<blocking_job> work, asio::any_io_executor blocking);

}  // namespace sluice::upload
