#pragma once

#include "emulator/ims_reply.hpp"
#include "emulator/message.hpp"
#include "emulator/token_registry.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::emulator
{

// Verifies ACS3-HMAC-SHA256 from what came over the wire. Remembers nonces. No sockets in here.
class acs3_verifier
{
public:
    // The registry must outlive it.
    acs3_verifier(token_registry const& tokens, std::shared_ptr<clock> c);

    struct outcome
    {
        std::optional<ims_refusal> refusal;
        token_registry::key const* signer = nullptr;  // null when refused
    };

    // body_sha256: lower-case hex, of the body that came.
    outcome verify(request_head const& head, parsed_target const& target, std::string_view body_sha256);

private:
    std::optional<ims_refusal> check_date(request_head const& head) const;
    std::optional<ims_refusal> check_token(request_head const& head, token_registry::key const& signer) const;
    std::optional<ims_refusal> use_nonce(std::string_view nonce);

    token_registry const& tokens_;
    std::shared_ptr<clock> clock_;
    std::map<std::string, system_time, std::less<>> nonces_;  // last moment it is refused at
    system_time next_sweep_{};
};

}  // namespace sluice::emulator
