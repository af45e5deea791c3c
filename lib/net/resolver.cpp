#include "net/resolver.hpp"

#include "base/text.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <netdb.h>

#include <cstring>
#include <memory>
#include <mutex>
#include <optional>

namespace sluice::net
{

using asio::ip::tcp;

namespace
{

using endpoints = std::vector<tcp::endpoint>;

struct answer
{
    int gai_code = EAI_AGAIN;
    int system_errno = 0;
    endpoints found;
};

// What the waiting coroutine and the look-up on another thread share.
class look_up
{
public:
    look_up(std::string host, std::uint16_t port) : host_(std::move(host)), port_(port) {}

    // On the blocking executor.
    static void run(std::shared_ptr<look_up> const& self)
    {
        auto got = self->ask_system();
        std::lock_guard const lock(self->mutex_);
        self->answer_ = std::move(got);
        if (!self->done_)
            return;  // abandoned; its executor may be gone
        asio::post(self->done_->get_executor(), [self] {
            std::lock_guard const inner_lock(self->mutex_);
            if (self->done_)
                self->done_->cancel();
        });
    }

    // An asio timer serves as the event: what waits on it is owned by the waiter's own execution context, so that
    // destroying that ends the wait as it does for a socket.
    void begin_waiting(asio::steady_timer& done)
    {
        std::lock_guard const lock(mutex_);
        done_ = &done;
    }

    void end_waiting()
    {
        std::lock_guard const lock(mutex_);
        done_ = nullptr;
    }

    std::optional<answer> take_answer()
    {
        std::lock_guard const lock(mutex_);
        return std::move(answer_);
    }

private:
    [[nodiscard]] answer ask_system() const
    {
        addrinfo hints{};
        hints.ai_family = AF_UNSPEC;
        hints.ai_socktype = SOCK_STREAM;
        addrinfo* list = nullptr;
        answer got;
        got.gai_code = ::getaddrinfo(host_.c_str(), nullptr, &hints, &list);
        got.system_errno = errno;
        std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> const owner(list, &::freeaddrinfo);
        for (auto const* entry = list; entry != nullptr; entry = entry->ai_next)
        {
            tcp::endpoint address;
            if (entry->ai_addrlen > address.capacity())
                continue;
            std::memcpy(address.data(), entry->ai_addr, entry->ai_addrlen);
            address.resize(entry->ai_addrlen);
            address.port(port_);
            got.found.push_back(address);
        }
        return got;
    }

    std::string const host_;
    std::uint16_t const port_;
    std::mutex mutex_;
    asio::steady_timer* done_ = nullptr;  // null: nobody waits
    std::optional<answer> answer_;
};

// Ends the waiting also when the coroutine is destroyed while it is suspended.
class waiting
{
public:
    waiting(look_up& shared, asio::steady_timer& done) : shared_(shared) { shared_.begin_waiting(done); }
    ~waiting() { shared_.end_waiting(); }
    waiting(waiting const&) = delete;
    waiting& operator=(waiting const&) = delete;

private:
    look_up& shared_;
};

error not_found(std::string const& host, answer const& got)
{
    std::string why = got.gai_code == 0 ? "no address" : ::gai_strerror(got.gai_code);
    if (got.gai_code == EAI_SYSTEM)
        why = error_code(got.system_errno, boost::system::system_category()).message();
    error e(errc::resolve_failed, "the host name " + host + " could not be resolved: " + why);
    e.host = host;
    e.recommendation =
        "Check the spelling of the region and endpoint and this machine's DNS, or give the address with --resolve "
        "(resolve_overrides)";
    return e;
}

}  // namespace

system_resolver::system_resolver(asio::any_io_executor blocking, std::vector<resolve_override> overrides)
    : blocking_(std::move(blocking)), overrides_(std::move(overrides))
{}

asio::awaitable<result<endpoints>> system_resolver::resolve(std::string host, std::uint16_t port)
{
    endpoints found;
    for (auto const& fixed : overrides_)
        if (fixed.port == port && equal_ignoring_case(fixed.host, host))
            found.emplace_back(fixed.address, port);
    if (!found.empty())
        co_return found;

    error_code not_an_address;
    auto const literal = asio::ip::make_address(host, not_an_address);
    if (!not_an_address)
    {
        found.emplace_back(literal, port);
        co_return found;
    }

    auto const state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
        co_return error(asio::error::operation_aborted);

    auto const executor = co_await asio::this_coro::executor;
    asio::steady_timer done(executor, asio::steady_timer::time_point::max());
    auto const shared = std::make_shared<look_up>(host, port);
    waiting const until_here(*shared, done);
    asio::post(blocking_, [shared] { look_up::run(shared); });
    error_code woken;
    co_await done.async_wait(asio::redirect_error(asio::use_awaitable, woken));

    auto got = shared->take_answer();
    if (!got)
        co_return error(asio::error::operation_aborted);
    if (got->found.empty())
        co_return not_found(host, *got);
    co_return std::move(got->found);
}

}  // namespace sluice::net
