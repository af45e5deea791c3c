#pragma once

#include "net/pool.hpp"
#include "net/retry.hpp"
#include "oss/service.hpp"
#include "result_text.hpp"

#include <sluice/clock.hpp>
#include <sluice/emulator.hpp>
#include <sluice/random_source.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::test
{

inline constexpr std::string_view bucket = "media";

// A folder of its own, gone with the test.
class scratch_folder
{
public:
    scratch_folder()
    {
        auto text = (std::filesystem::temp_directory_path() / "sluice-oss-XXXXXX").string();
        if (::mkdtemp(text.data()) == nullptr)
            throw std::runtime_error("no folder for the test");
        path_ = text;
    }
    scratch_folder(scratch_folder const&) = delete;
    scratch_folder& operator=(scratch_folder const&) = delete;
    ~scratch_folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] std::string file(std::string_view name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

// The system's clock, and a date that is off.
class shifted_clock final : public clock
{
public:
    explicit shifted_clock(std::chrono::seconds by) : by_(by) {}
    [[nodiscard]] system_time now() const override { return real_->now() + by_; }
    [[nodiscard]] steady_time steady_now() const override { return real_->steady_now(); }
    void async_wait_until(steady_time when, asio::any_io_executor ex,
        asio::any_completion_handler<void(boost::system::error_code)> done) override
    {
        real_->async_wait_until(when, std::move(ex), std::move(done));
    }

private:
    std::shared_ptr<clock> real_ = system_clock();
    std::chrono::seconds by_;
};

struct set_up
{
    std::chrono::seconds clock_off_by{0};
    signature_version signature = signature_version::v4;
    std::string token{};
    std::string secret{};  // empty: the right one
    std::function<emulator::fault(emulator::request_event const&)> on_request{};
};

// An emulator and a service over the real pool, in one event loop.
class live_rig
{
public:
    explicit live_rig(set_up how = {}) : server(context_.get_executor(), server_config(how)), how_(std::move(how))
    {
        if (auto const started = server.start(); !started)
            throw std::runtime_error(started.error().describe());
        build();
    }

    ~live_rig()
    {
        pool_->shut_down();
        server.stop();
        context_.restart();
        context_.run_for(std::chrono::seconds(10));
    }
    live_rig(live_rig const&) = delete;
    live_rig& operator=(live_rig const&) = delete;

    [[nodiscard]] oss::service& service() { return *service_; }
    [[nodiscard]] net::pool const& pool() const { return *pool_; }

    [[nodiscard]] oss::object_location at(std::string_view key, bool tls = false) const
    {
        return oss::make_location(tls ? server.oss_tls_url() : server.oss_url(), bucket, key, "cn-shanghai").value();
    }

    [[nodiscard]] static steady_time soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(30); }

    template <class T>
    result<T> run(asio::awaitable<result<T>> work)
    {
        std::optional<result<T>> outcome;
        asio::co_spawn(context_, std::move(work), [&](std::exception_ptr const& thrown, result<T> value) {
            if (!thrown)
                outcome = std::move(value);
        });
        context_.restart();
        auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (!outcome && std::chrono::steady_clock::now() < end)
            context_.run_one_for(std::chrono::seconds(1));
        if (!outcome)
            throw std::runtime_error("the operation hangs, or threw");
        return *std::move(outcome);
    }

private:
    asio::io_context context_;
    scratch_folder folder_;

public:
    emulator::server server;

private:
    [[nodiscard]] emulator::config server_config(set_up const& how) const
    {
        emulator::config c;
        c.buckets = {std::string(bucket)};
        c.custom_domains = {{"media.example.com", std::string(bucket)}};
        c.security_token = how.token;
        c.ca_file = folder_.file("ca.pem");
        c.on_request = how.on_request;
        return c;
    }

    void build()
    {
        auto const& set = server.settings();
        auto const port_of = [](std::string const& url) { return parse_endpoint(url).value().port; };
        net::pool_config config;
        config.ca_file = folder_.file("ca.pem");
        auto const loopback = asio::ip::make_address("127.0.0.1");
        for (auto const* const host : {"media.oss-cn-shanghai.aliyuncs.com", "media.example.com"})
            config.resolve_overrides.push_back({host, port_of(server.oss_tls_url()), loopback});

        clock_ = std::make_shared<shifted_clock>(how_.clock_off_by);
        auto const secret = how_.secret.empty() ? set.access_key_secret : secret_string(how_.secret);
        who_ = std::make_unique<fixed_credentials>(credentials(set.access_key_id, secret, set.security_token));
        pool_ = std::make_unique<net::pool>(context_.get_executor(), clock_, context_.get_executor(), config);
        retry_limits const limits{
            .attempts = 4, .base_delay = std::chrono::milliseconds(1), .max_delay = std::chrono::milliseconds(10)};
        caller_ = std::make_unique<net::caller>(*pool_, clock_, system_random(), limits);
        time_ = std::make_unique<service_clock>(*clock_);
        service_ = std::make_unique<oss::service>(*caller_, *who_, *clock_, *time_,
            oss::service::settings{.signature = how_.signature, .user_agent = "sluice-test"});
    }

    set_up how_;
    std::shared_ptr<clock> clock_;
    std::unique_ptr<credentials_source> who_;
    std::unique_ptr<net::pool> pool_;
    std::unique_ptr<net::caller> caller_;
    std::unique_ptr<service_clock> time_;
    std::unique_ptr<oss::service> service_;
};

}  // namespace sluice::test
