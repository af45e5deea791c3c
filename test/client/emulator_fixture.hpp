#pragma once

#include "client_fixture.hpp"

#include <sluice/emulator.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace sluice::test
{

// An emulator on a thread of its own, and what a client needs to reach it over TLS.
class emulated
{
public:
    using faults = std::function<emulator::fault(emulator::request_event const&)>;

    explicit emulated(faults on_request = {}, std::chrono::seconds grant_lifetime = std::chrono::seconds(3000))
        : emulated([&](emulator::config& c) {
              c.grant_lifetime = grant_lifetime;
              c.on_request = std::move(on_request);
          })
    {}

    // A config as this leaves it.
    explicit emulated(std::function<void(emulator::config&)> const& adjust)
    {
        std::string pattern = "/tmp/sluice-ca-XXXXXX";
        int const fd = ::mkstemp(pattern.data());
        REQUIRE(fd >= 0);
        ::close(fd);
        ca_file_ = pattern;

        emulator::config c;
        c.buckets = {"b-ucket"};
        c.ca_file = ca_file_;
        adjust(c);
        server_ = std::make_unique<emulator::server>(context_.get_executor(), std::move(c));
        auto const started = server_->start();
        REQUIRE_MESSAGE(started.has_value(), (started ? std::string() : started.error().describe()));
        thread_ = std::thread([this] { context_.run(); });
    }
    emulated(emulated const&) = delete;
    emulated& operator=(emulated const&) = delete;
    ~emulated()
    {
        server_->stop();
        context_.stop();
        thread_.join();
        std::remove(ca_file_.c_str());
    }

    [[nodiscard]] emulator::server& server() noexcept { return *server_; }

    [[nodiscard]] client_config config() const
    {
        auto c = config_for(server_->ims_tls_url(), "");
        c.ca_file = ca_file_;
        return c;
    }

    // The account's own key, as for a plain OSS upload.
    [[nodiscard]] upload_grant grant(std::string key) const
    {
        return grant_of_account(server_->oss_tls_url(), "b-ucket", std::move(key));
    }

    [[nodiscard]] std::string stored(receipt const& r) const { return server_->object(r.bucket, r.object_key).value(); }

private:
    asio::io_context context_;
    asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(context_);
    std::unique_ptr<emulator::server> server_;
    std::thread thread_;
    std::string ca_file_;
};

// One coroutine with a client, on a context of its own, which the client's end lets end.
template <class Work>
void with_client(emulated const& world, Work work, std::function<void(client_config&)> const& adjust = {})
{
    asio::io_context context;
    auto config = world.config();
    if (adjust)
        adjust(config);
    auto sdk = std::make_unique<client>(context.get_executor(), config);
    auto body = [&]() -> asio::awaitable<void> {
        co_await work(*sdk);
        sdk.reset();
    };
    asio::co_spawn(context, body(), [](std::exception_ptr const& thrown) { CHECK_FALSE(thrown); });
    context.run();
}

}  // namespace sluice::test
