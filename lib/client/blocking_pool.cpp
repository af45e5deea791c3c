#include "client/blocking_pool.hpp"

#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/query.hpp>

#include <cstddef>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace sluice
{

namespace
{

// Two: a look-up in a dead name server must not hold up every file.
constexpr std::size_t wanted_threads = 2;

error no_thread(error_code const& why)
{
    error e(why, "no thread for calls that may block could be started: " + why.message());
    e.recommendation = "Raise what this process may have of threads and memory (ulimit -u, ulimit -v, the limits of "
                       "its container), or give client_config::blocking an executor of your own";
    e.attempts = 0;
    return e;
}

// Not an asio::thread_pool: its constructor waits for ever for the first thread when the second can't be started.
class blocking_service final : public asio::execution_context::service
{
public:
    using key_type = blocking_service;
    inline static asio::execution_context::id id;

    explicit blocking_service(asio::execution_context& context)
        : service(context), work_(std::make_unique<asio::io_context>()), more_to_come_(work_->get_executor())
    {}

    result<asio::any_io_executor> executor()
    {
        std::lock_guard const lock(mutex_);
        while (threads_.size() < wanted_threads)
        {
            auto const failure = add_thread();
            if (failure && threads_.empty())
                return no_thread(failure);
            if (failure)
                break;  // one will do
        }
        return asio::any_io_executor(work_->get_executor());
    }

private:
    error_code add_thread()
    {
        try
        {
            threads_.reserve(wanted_threads);
            threads_.emplace_back([work = work_.get()] { work->run(); });
            return {};
        }
        catch (std::system_error const& e)
        {
            return e.code();
        }
        catch (std::bad_alloc const&)
        {
            return make_error_code(boost::system::errc::not_enough_memory);
        }
    }

    // What is queued is dropped, what runs is waited for: a system call can't be taken back.
    void shutdown() override
    {
        work_->stop();
        for (auto& thread : threads_)
            thread.join();
        more_to_come_.reset();
        work_.reset();
    }

    std::unique_ptr<asio::io_context> work_;
    asio::executor_work_guard<asio::io_context::executor_type> more_to_come_;
    std::mutex mutex_;
    std::vector<std::thread> threads_;
};

}  // namespace

result<asio::any_io_executor> blocking_pool_of(asio::any_io_executor const& ex)
{
    return asio::use_service<blocking_service>(asio::query(ex, asio::execution::context)).executor();
}

}  // namespace sluice
