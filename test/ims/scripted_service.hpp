#pragma once

#include "ims/service.hpp"

#include "base/text.hpp"
#include "credentials/credentials_source.hpp"
#include "net/retry.hpp"
#include "support/run.hpp"

#include <sluice/clock.hpp>
#include <sluice/random_source.hpp>

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::ims::test
{

struct canned_answer
{
    int status = 200;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers{};
};

// Composes every request, keeps what would have gone over the wire, and answers from a list.
class scripted_transport final : public net::transport
{
public:
    asio::awaitable<result<net::response>> send(endpoint const& origin, net::request& what, steady_time) override
    {
        std::string head;
        if (auto const composed = what.compose(head); !composed)
            co_return composed.error();
        heads.push_back(head);
        if (heads.size() > answers.size())
            co_return error(errc::connection_lost, "no more answers");
        auto const& canned = answers[heads.size() - 1];
        net::response out;
        out.status = canned.status;
        out.body = canned.body;
        out.peer = origin.authority();
        for (auto const& [name, value] : canned.headers)
            out.headers.add(name, value);
        co_return out;
    }

    std::vector<canned_answer> answers;
    std::vector<std::string> heads;
};

// 0, 1, 2, ...: no two nonces are equal, and every run has the same.
class counting_random final : public random_source
{
public:
    void fill(std::span<std::byte> bytes) override
    {
        for (auto& b : bytes)
            b = static_cast<std::byte>(next_++ & 0xFFU);
    }

private:
    unsigned next_ = 0;
};

inline constexpr system_time start_of_test = std::chrono::sys_seconds(std::chrono::seconds(1774858530));
inline constexpr std::string_view start_text = "2026-03-30T08:15:30Z";

// A service over a list of answers; what waits does not wait.
class scripted_service
{
public:
    explicit scripted_service(std::vector<canned_answer> answers, credentials who = {"AKIDEXAMPLE", "testsecret"},
        std::string_view where = "https://ice.cn-shanghai.aliyuncs.com", std::string user_agent = {})
        : who_(std::move(who)),
          caller_(wire, clock, random_, {4, std::chrono::milliseconds(0), std::chrono::milliseconds(0)}),
          service_(caller_, who_, *clock, time_, *random_, {parse_endpoint(where).value(), std::move(user_agent)})
    {
        wire.answers = std::move(answers);
    }

    result<upload_grant> create(stream_request const& request = {})
    {
        return sluice::test::run(loop_, service_.create_upload_stream(request, steady_time::max(), &failed));
    }

    result<api_response> call(std::string_view operation, api_parameters const& parameters = {}, bool repeatable = true)
    {
        return sluice::test::run(loop_, service_.call(operation, parameters, repeatable, steady_time::max()));
    }

    scripted_transport wire;
    net::attempt_log failed;
    std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>(start_of_test);

private:
    asio::io_context loop_;
    fixed_credentials who_;
    service_clock time_{*clock};
    std::shared_ptr<counting_random> random_ = std::make_shared<counting_random>();
    net::caller caller_;
    service service_;
};

// The value of a header of a composed request; throws when it has none.
inline std::string_view header_of(std::string_view head, std::string_view name)
{
    for (auto at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at + 2))
    {
        auto const line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
        if (line.size() > name.size() && line[name.size()] == ':' &&
            equal_ignoring_case(line.substr(0, name.size()), name))
            return trim(line.substr(name.size() + 1));
    }
    throw std::logic_error("no header " + std::string(name));
}

inline bool has_header(std::string_view head, std::string_view name)
{
    return to_lower(head).find("\r\n" + std::string(name) + ":") != std::string::npos;
}

inline std::string_view target_of(std::string_view head)
{
    auto const begin = head.find(' ') + 1;
    return head.substr(begin, head.find(' ', begin) - begin);
}

}  // namespace sluice::ims::test
