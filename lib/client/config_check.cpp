#include "client/config_check.hpp"

#include "ims/service.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace sluice
{

namespace
{

error refused(std::string text)
{
    error e(errc::invalid_argument, std::move(text));
    e.recommendation = "Correct the client_config that the client was built from";
    e.attempts = 0;
    return e;
}

result<void> at_least_one(char const* field, unsigned value)
{
    if (value > 0)
        return {};
    return refused(std::string(field) + " is 0; allowed are 1 and more");
}

result<void> not_negative(char const* field, std::chrono::milliseconds value)
{
    if (value.count() >= 0)
        return {};
    return refused(std::string(field) + " is negative; allowed are 0 and any positive time");
}

bool fits_into_header(std::string const& text) noexcept
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

result<void> check_config(client_config const& config)
{
    result<void> const checks[] = {
        at_least_one("retry_limits::attempts", config.retry.attempts),
        not_negative("retry_limits::base_delay", config.retry.base_delay),
        not_negative("retry_limits::max_delay", config.retry.max_delay),
        at_least_one("pool_limits::connections", config.pool.connections),
        at_least_one("pool_limits::call_pipeline_depth", config.pool.call_pipeline_depth),
        at_least_one("pool_limits::part_pipeline_depth", config.pool.part_pipeline_depth),
        not_negative("pool_limits::idle_timeout", config.pool.idle_timeout),
        not_negative("time_limits::connect_timeout", config.limits.connect_timeout),
        not_negative("time_limits::stall_timeout", config.limits.stall_timeout),
        not_negative("time_limits::response_timeout", config.limits.response_timeout),
        not_negative("time_limits::deadline", config.limits.deadline),
    };
    for (auto const& check : checks)
        if (!check)
            return check;
    if (config.memory_limit < mib)
        return refused("client_config::memory_limit is " + std::to_string(config.memory_limit) +
                       "; allowed are 1048576 bytes (1 MiB) and more");
    if (!fits_into_header(config.user_agent))
        return refused("client_config::user_agent holds a character that is not printable ASCII");
    if (!config.oss_endpoint.empty())
        if (auto const where = parse_endpoint(config.oss_endpoint); !where)
            return where.error();
    return {};
}

result<endpoint> ims_endpoint_of(client_config const& config)
{
    if (!config.ims_endpoint.empty())
        return parse_endpoint(config.ims_endpoint);
    if (config.region.empty())
        return refused("neither client_config::region nor client_config::ims_endpoint is set, and one of them says "
                       "where IMS is");
    return ims::endpoint_of_region(config.region);
}

result<void> check_account(credentials const& account)
{
    if (!account.access_key_id.empty() && !account.access_key_secret.empty())
        return {};
    error e(errc::no_credentials,
        account.access_key_id.empty() ? "no access key id was given" : "no access key secret was given");
    e.recommendation = "Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, and with temporary "
                       "credentials ALIBABA_CLOUD_SECURITY_TOKEN, and pass credentials_from_environment(), or other "
                       "credentials, in client_config::credentials";
    e.attempts = 0;
    return e;
}

}  // namespace sluice
