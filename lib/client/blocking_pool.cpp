#include "client/blocking_pool.hpp"

#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/thread_pool.hpp>

#include <memory>

namespace sluice
{

namespace
{

// Two: a look-up in a dead name server must not hold up every file.
constexpr std::size_t threads = 2;

class blocking_service final : public asio::execution_context::service
{
public:
    using key_type = blocking_service;
    inline static asio::execution_context::id id;

    explicit blocking_service(asio::execution_context& context)
        : service(context), pool_(std::make_unique<asio::thread_pool>(threads))
    {}

    [[nodiscard]] asio::any_io_executor executor() { return pool_->get_executor(); }

private:
    // What is queued is dropped, what runs is waited for: a system call can't be taken back.
    void shutdown() override
    {
        pool_->stop();
        pool_->join();
        pool_.reset();
    }

    std::unique_ptr<asio::thread_pool> pool_;
};

}  // namespace

asio::any_io_executor blocking_pool_of(asio::any_io_executor const& ex)
{
    return asio::use_service<blocking_service>(asio::query(ex, asio::execution::context)).executor();
}

}  // namespace sluice
