#pragma once

#include "emulator/message.hpp"
#include "emulator/object_store.hpp"
#include "emulator/token_registry.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace sluice::emulator
{

// OSS, without a network: verifies each request and serves it from the store. On the server's strand.
class oss_service final : public service
{
public:
    struct settings
    {
        std::map<std::string, std::string> custom_domains;  // host -> bucket
        std::string region;                                 // of the buckets: what signature V4 must name
    };

    // The store and the registry must outlive it.
    oss_service(object_store& store, token_registry& tokens, std::shared_ptr<clock> c,
        std::shared_ptr<random_source> random, settings s);

    std::unique_ptr<operation> begin(request_head const& head) override;

private:
    object_store& store_;
    token_registry& tokens_;
    std::shared_ptr<clock> clock_;
    std::shared_ptr<random_source> random_;
    settings settings_;
};

}  // namespace sluice::emulator
