#pragma once

#include <sluice/client.hpp>

#include <boost/asio/io_context.hpp>

#include <optional>
#include <string>
#include <utility>

namespace sluice::test
{

inline client_config config_for(std::string const& ims, std::string const& oss)
{
    client_config c;
    c.ims_endpoint = ims;
    c.oss_endpoint = oss;
    c.oss_region = "cn-shanghai";
    c.credentials = credentials("emulator-key-id", "emulator-key-secret");
    c.retry.base_delay = std::chrono::milliseconds(1);
    c.retry.max_delay = std::chrono::milliseconds(5);
    return c;
}

inline upload_grant grant_of_account(std::string const& oss, std::string bucket, std::string key)
{
    upload_grant g;
    g.endpoint = oss;
    g.bucket = std::move(bucket);
    g.object_key = std::move(key);
    g.region = "cn-shanghai";
    g.credentials = credentials("emulator-key-id", "emulator-key-secret");
    return g;
}

// Where a callback leaves the outcome.
template <class T>
struct outcome
{
    std::optional<result<T>> got;

    [[nodiscard]] auto keep()
    {
        return [this](result<T> r) { got = std::move(r); };
    }
    [[nodiscard]] error failure() const { return got.value().error(); }
};

inline upload_options in_parts()
{
    upload_options o;
    o.part_size = 100 * kib;
    o.multipart_threshold = 100 * kib;
    o.parts_in_flight = 3;
    return o;
}

}  // namespace sluice::test
