#include "emulator/grant_issuer.hpp"

#include "base/base64.hpp"
#include "base/json_writer.hpp"
#include "base/utc_time.hpp"

#include <utility>

namespace sluice::emulator
{

grant_issuer::grant_issuer(token_registry& tokens, settings s) : tokens_(tokens), settings_(std::move(s)) {}

std::chrono::seconds grant_issuer::next_lifetime()
{
    auto const number = issued_++;
    return number < settings_.first_lifetimes.size() ? settings_.first_lifetimes[number] : settings_.lifetime;
}

issued_grant grant_issuer::issue(object_place const& place, bool tls)
{
    auto const lifetime = next_lifetime();
    auto const& key = tokens_.issue(place.bucket, place.key, lifetime);

    // Members in the order of the vendor's own since 2018.
    json_writer address;
    address.begin_object();
    address.member("Endpoint", tls ? settings_.oss_tls_url : settings_.oss_url);
    address.member("Bucket", place.bucket);
    address.member("FileName", place.key);
    address.end_object();

    json_writer auth;
    auth.begin_object();
    auth.member("SecurityToken", key.secret.security_token.reveal());
    auth.member("AccessKeyId", key.secret.access_key_id);
    auth.member("ExpireUTCTime", format_iso8601(std::chrono::floor<std::chrono::seconds>(key.expires)));
    auth.member("AccessKeySecret", key.secret.access_key_secret.reveal());
    auth.member("Expiration", std::to_string(lifetime.count()));
    auth.member("Region", settings_.region);
    auth.end_object();
    return {base64_encode(address.str()), base64_encode(auth.str())};
}

}  // namespace sluice::emulator
