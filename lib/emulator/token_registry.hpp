#pragma once

#include <sluice/clock.hpp>
#include <sluice/credentials.hpp>
#include <sluice/random_source.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace sluice::emulator
{

// The access keys that the emulator knows: the account's, and the temporary ones that it issued. On the server's
// strand.
class token_registry
{
public:
    token_registry(credentials account, std::shared_ptr<clock> c, std::shared_ptr<random_source> random);

    struct key
    {
        credentials secret;
        bool temporary = false;  // issued here: bound to one object
        std::string bucket;      // of the object; empty for the account's key
        std::string object_key;
        system_time expires = system_time::max();
    };

    // A temporary credential for one object: id STS...., random secret and token.
    key const& issue(std::string bucket, std::string object_key, std::chrono::seconds lifetime);

    [[nodiscard]] key const* find(std::string_view access_key_id) const;
    [[nodiscard]] bool is_token(std::string_view security_token) const;  // of any key
    [[nodiscard]] bool expired(key const& k) const;

    void expire_all();                            // every temporary key ends now
    bool expire(std::string_view access_key_id);  // false when that is no temporary key

private:
    std::map<std::string, key, std::less<>> keys_;
    std::shared_ptr<clock> clock_;
    std::shared_ptr<random_source> random_;
};

}  // namespace sluice::emulator
