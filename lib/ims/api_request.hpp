#pragma once

#include "base/nonce.hpp"
#include "base/service_clock.hpp"
#include "base/utc_time.hpp"
#include "credentials/credentials_source.hpp"
#include "net/transport.hpp"
#include "sign/acs3_key_cache.hpp"
#include "sign/scratch.hpp"

#include <sluice/random_source.hpp>

#include <chrono>
#include <span>
#include <string>
#include <string_view>

namespace sluice::ims
{

// What one request after the other is composed with. On the client's strand.
struct composing_tools
{
    explicit composing_tools(random_source& random) : nonces(random) {}

    sign::acs3_key_cache keys;
    sign::scratch scratch;
    nonce_source nonces;
    cached_time_text dates{&format_iso8601};
};

// Refuses credentials that are missing, or would spoil a header: the id and the token are sent in one as they are.
result<void> check_credentials(credentials const& who);

// One call of the API: a POST without a body, all parameters in the query, signed when it is composed.
class api_request final : public net::request
{
public:
    // What a call is made with; everything in it outlives the request.
    struct means
    {
        std::string_view host;  // with the port, where one is needed
        std::string_view user_agent;
        credentials_source& who;
        service_clock& time;
        composing_tools& tools;
    };

    // The views and the parameters outlive it too.
    api_request(
        means const& with, std::string_view operation, std::span<sign::field_view const> parameters, bool repeatable);

    result<void> compose(std::string& head) override;
    [[nodiscard]] std::string_view operation() const noexcept override { return operation_; }
    [[nodiscard]] std::string resource() const override;
    [[nodiscard]] bool repeatable() const noexcept override { return repeatable_; }

    // What the latest attempt took the local clock to be off by.
    [[nodiscard]] std::chrono::seconds clock_offset() const noexcept { return clock_offset_; }

private:
    means means_;
    std::string_view operation_;
    std::span<sign::field_view const> parameters_;
    bool repeatable_;
    std::chrono::seconds clock_offset_{0};
};

}  // namespace sluice::ims
