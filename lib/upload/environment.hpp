#pragma once

#include "base/service_clock.hpp"
#include "net/retry.hpp"
#include "oss/service.hpp"
#include "upload/bandwidth_limit.hpp"
#include "upload/memory_budget.hpp"
#include "upload/turnstile.hpp"

#include <sluice/client_config.hpp>
#include <sluice/clock.hpp>
#include <sluice/random_source.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace sluice::upload
{

// What uploads need of their client. Everything in it outlives them.
struct environment
{
    net::transport& transport;
    std::shared_ptr<sluice::clock> clock;
    std::shared_ptr<service_clock> time;  // of all services, as far as it is known
    std::shared_ptr<random_source> random;
    asio::any_io_executor blocking;
    retry_limits retry;
    net::restraints restraints{};
    oss::service::settings oss;
    std::string oss_endpoint;  // in place of the grant's, if not empty
    std::string oss_region;    // likewise

    std::shared_ptr<memory_budget> memory;
    std::shared_ptr<bandwidth_limit> bandwidth = std::make_shared<bandwidth_limit>();  // of all uploads together
    std::shared_ptr<turnstile> turns{};                                                // of puts; null: none waits

    // For cleaning up after a failure, all of it: neither cancelling nor the deadline of the upload shortens it. Enough
    // for a connection over a bad line and a repeat; upload_options::deadline and `--timeout` tell it to users. Work on
    // a grant's credential stops this long before its end, so that cleaning up has a live token.
    std::chrono::nanoseconds abort_limit = std::chrono::seconds(10);

    // How long a cancelled Initiate may go on, whose answer holds the id without which nothing can be aborted; and the
    // writing of its checkpoint.
    std::chrono::nanoseconds initiate_grace = std::chrono::seconds(2);
};

}  // namespace sluice::upload
