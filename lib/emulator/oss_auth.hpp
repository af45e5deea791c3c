#pragma once

#include "base/utc_time.hpp"
#include "emulator/message.hpp"
#include "emulator/oss_error.hpp"
#include "emulator/oss_route.hpp"
#include "emulator/token_registry.hpp"
#include "sign/field_view.hpp"
#include "sign/oss_v4.hpp"

#include <sluice/clock.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::emulator
{

// Verifies who sent a request and that nothing signed was changed: signature V4 and V1, in the Authorization header
// or in the query of a presigned URL. On the server's strand.
class oss_verifier
{
public:
    // The registry must outlive it.
    oss_verifier(token_registry const& tokens, std::shared_ptr<clock> c, std::string region);

    struct outcome
    {
        oss_refusal refusal;
        token_registry::key const* signer = nullptr;  // null when refused
    };
    outcome verify(request_head const& head, parsed_target const& target, oss_location const& location);

private:
    // What a request says of itself. Views into the request.
    struct claim
    {
        claim(request_head const& h, parsed_target const& t, oss_location const& l);

        request_head const& head;
        parsed_target const& target;
        oss_location const& location;
        std::vector<sign::field_view> headers;  // Authorization excepted
        std::string_view access_key_id;
        std::string_view signature;
        std::string_view token;
        token_registry::key const* key = nullptr;  // known from check_key() on
    };

    struct v4_claim;

    oss_refusal verify_v4_header(claim& c, std::string_view fields);
    oss_refusal verify_v4_query(claim& c);
    oss_refusal compare_v4(claim const& c, v4_claim const& v, std::vector<sign::field_view> const& query);
    [[nodiscard]] oss_refusal check_scope(claim const& c, v4_claim const& v) const;

    oss_refusal verify_v1_header(claim& c, std::string_view id_and_signature);
    oss_refusal verify_v1_query(claim& c);
    [[nodiscard]] oss_refusal compare_v1(claim const& c, std::string_view date_slot) const;

    // The key is known; its token is the one that was sent, and has not expired.
    oss_refusal check_key(claim& c) const;
    // A temporary key is good for its object alone.
    [[nodiscard]] static oss_refusal check_object(claim const& c);
    [[nodiscard]] oss_refusal check_skew(utc_seconds date) const;
    [[nodiscard]] oss_refusal check_not_over(utc_seconds end) const;
    [[nodiscard]] utc_seconds now() const;

    token_registry const& tokens_;
    std::shared_ptr<clock> clock_;
    std::string region_;
    sign::oss_v4_key_cache keys_;
};

}  // namespace sluice::emulator
