#pragma once

#include "net/retry.hpp"
#include "oss/service.hpp"
#include "result_text.hpp"

#include <sluice/clock.hpp>
#include <sluice/random_source.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <deque>
#include <initializer_list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::test
{

constexpr auto never = steady_time::max();

using header = std::pair<std::string_view, std::string_view>;

inline net::response answer(int status, std::initializer_list<header> headers = {}, std::string body = {})
{
    net::response made;
    made.status = status;
    made.body = std::move(body);
    made.peer = "oss.test:8080";
    for (auto const& [name, value] : headers)
        made.headers.add(name, value);
    return made;
}

inline net::response refusal(int status, std::string_view code, std::initializer_list<header> headers = {})
{
    return answer(status, headers,
        "<Error><Code>" + std::string(code) + "</Code><Message>refused</Message><RequestId>5F01</RequestId></Error>");
}

// What a request looked like on the wire.
struct sent
{
    endpoint origin;
    std::string operation;
    std::string head;
    std::string body;
    bool has_body = false;
    net::lane kind = net::lane::call;

    [[nodiscard]] std::string_view request_line() const { return std::string_view(head).substr(0, head.find("\r\n")); }

    [[nodiscard]] std::optional<std::string> field(std::string_view name) const
    {
        auto const begin = head.find("\r\n" + std::string(name) + ": ");
        if (begin == std::string::npos)
            return std::nullopt;
        auto const value = begin + 2 + name.size() + 2;
        return head.substr(value, head.find("\r\n", value) - value);
    }
};

// Answers from a list, whatever is asked. Composes and reads requests as the pool does.
class scripted_transport final : public net::transport
{
public:
    std::deque<result<net::response>> script;
    std::vector<sent> log;

    asio::awaitable<result<net::response>> send(endpoint const& origin, net::request& what, steady_time) override
    {
        sent now{origin, std::string(what.operation()), {}, {}, what.body() != nullptr, what.kind()};
        if (auto const composed = what.compose(now.head); !composed)
            co_return composed.error();
        if (auto* const body = what.body())
        {
            body->rewind();
            for (;;)
            {
                auto const block = co_await body->next();
                if (!block)
                    co_return block.error();
                if (block->size() == 0)
                    break;
                now.body.append(static_cast<char const*>(block->data()), block->size());
            }
        }
        log.push_back(std::move(now));
        if (script.empty())
            throw std::logic_error("a request that the test does not expect: " + log.back().head);
        auto next = std::move(script.front());
        script.pop_front();
        co_return next;
    }
};

class changing_credentials final : public credentials_source
{
public:
    explicit changing_credentials(credentials c) : now(std::move(c)) {}
    [[nodiscard]] credentials const& current() override { return now; }

    credentials now;
};

// No jitter: every pause is as long as it may get, or nothing.
class zero_random final : public random_source
{
public:
    void fill(std::span<std::byte> bytes) override { std::fill(bytes.begin(), bytes.end(), std::byte{0}); }
};

// A service over a scripted transport, and a clock that moves when all wait for it.
struct service_rig
{
    static constexpr auto start = std::chrono::sys_days(std::chrono::March / 30 / 2026) + std::chrono::hours(8) +
                                  std::chrono::minutes(5) + std::chrono::seconds(30);

    std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>(start);
    scripted_transport wire;
    changing_credentials who;
    net::caller caller{wire, clock, std::make_shared<zero_random>(), retry_limits{}};
    service_clock time{*clock};
    oss::service service;

    explicit service_rig(credentials c = {"AKIDEXAMPLE", "testsecret"}, oss::service::settings const& s = {})
        : who(std::move(c)), service(caller, who, *clock, time, s)
    {}

    void answers(std::initializer_list<result<net::response>> list) { wire.script.assign(list.begin(), list.end()); }

    [[nodiscard]] steady_time in(std::chrono::milliseconds later) const { return clock->steady_now() + later; }

    template <class T>
    result<T> run(asio::awaitable<result<T>> work)
    {
        asio::io_context context;
        std::optional<result<T>> outcome;
        std::exception_ptr thrown;
        asio::co_spawn(context, behind_spawn(std::move(work)), [&](std::exception_ptr const& failure, result<T> value) {
            thrown = failure;
            outcome = std::move(value);
        });
        for (unsigned turn = 0; !outcome; ++turn)
        {
            context.restart();
            context.poll();
            if (outcome)
                break;
            if (clock->waiting() == 0 || turn == 1000)
                throw std::logic_error("the operation hangs");
            clock->advance(std::chrono::seconds(1));
        }
        if (thrown)
            std::rethrow_exception(thrown);
        return *std::move(outcome);
    }

private:
    template <class T>
    static asio::awaitable<result<T>> behind_spawn(asio::awaitable<result<T>> work)
    {
        co_await asio::this_coro::throw_if_cancelled(false);
        co_return co_await std::move(work);
    }
};

inline oss::object_location location(std::string_view endpoint, std::string_view bucket, std::string_view key)
{
    return oss::make_location(endpoint, bucket, key, {}).value();
}

inline oss::object_location hangzhou()
{
    return location("https://oss-cn-hangzhou.aliyuncs.com", "examplebucket", "exampleobject");
}

}  // namespace sluice::test
