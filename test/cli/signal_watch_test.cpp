#include "cli/signal_watch.hpp"

#include <doctest/doctest.h>

#include <boost/asio/io_context.hpp>

#include <csignal>

namespace asio = boost::asio;
using namespace sluice;

namespace
{

struct sigaction action_of(int signal_number)
{
    struct sigaction now{};
    REQUIRE(::sigaction(signal_number, nullptr, &now) == 0);
    return now;
}

bool is_handled_alike(struct sigaction const& a, struct sigaction const& b)
{
    return a.sa_handler == b.sa_handler;
}

bool is_default(struct sigaction const& one)
{
    return one.sa_handler == SIG_DFL;
}

}  // namespace

TEST_CASE("a signal watch that was stopped keeps no signal from what it does by itself")
{
    auto const before = action_of(SIGTERM);
    {
        asio::io_context context(1);
        cli::signal_watch watch(context, [] {});
        auto const watching = action_of(SIGTERM);
        watch.stop();
        CHECK_FALSE(is_handled_alike(action_of(SIGTERM), watching));
        CHECK_FALSE(is_default(action_of(SIGTERM)));  // noted, while what the work leaves is done
        CHECK(context.run() == 1);                    // the wait that was cancelled
        CHECK_FALSE(watch.interrupted());
    }
    CHECK(is_default(action_of(SIGTERM)));
    ::sigaction(SIGTERM, &before, nullptr);
}
