#pragma once

#include "emulator/message.hpp"
#include "emulator/object_store.hpp"
#include "emulator/oss_auth.hpp"
#include "emulator/oss_operation.hpp"
#include "emulator/token_registry.hpp"

#include <map>
#include <memory>
#include <string>

namespace sluice::emulator
{

// OSS, without a network: verifies each request and serves it from the store. On the server's strand.
class oss_service final : public service
{
public:
    struct settings
    {
        std::map<std::string, std::string> custom_domains;  // host -> bucket
        std::string region;                                 // of the buckets: what hosts and signature V4 must name
        crc_statements crcs{};
    };

    // The store and the registry must outlive it.
    oss_service(object_store& store, token_registry& tokens, std::shared_ptr<clock> c,
        std::shared_ptr<random_source> random, settings s);

    // The operations must not outlive the service.
    std::unique_ptr<operation> begin(request_head const& head) override;

private:
    oss_environment environment_;
    std::map<std::string, std::string> custom_domains_;  // names in lower case
    std::string region_;
    oss_verifier verifier_;
};

}  // namespace sluice::emulator
