#pragma once

#include "base/endpoint.hpp"
#include "credentials/credentials_source.hpp"
#include "net/transport.hpp"
#include "sign/acs3_key_cache.hpp"

#include <sluice/api_response.hpp>
#include <sluice/clock.hpp>
#include <sluice/random_source.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace sluice::ims
{

// Refuses credentials that are missing, or would spoil a header: the id and the token are sent in one as they are.
result<void> check_credentials(credentials const& who);

// One call of the API: a POST without a body, all parameters in the query, signed when it is composed.
class api_request final : public net::request
{
public:
    // What a call is made with; everything in it outlives the request.
    struct means
    {
        endpoint const& where;
        std::string_view user_agent;
        credentials_source& who;
        clock& now;
        std::chrono::seconds const& clock_offset;  // added to the clock
        random_source& random;
        sign::acs3_key_cache& keys;
    };

    // The views and the parameters outlive it too.
    api_request(means const& with, std::string_view operation, api_parameters const& parameters, bool repeatable);

    result<void> compose(std::string& head) override;
    [[nodiscard]] std::string_view operation() const noexcept override { return operation_; }
    [[nodiscard]] std::string resource() const override;
    [[nodiscard]] bool repeatable() const noexcept override { return repeatable_; }

private:
    means means_;
    std::string_view operation_;
    api_parameters const& parameters_;
    bool repeatable_;
};

}  // namespace sluice::ims
