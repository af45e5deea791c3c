#include "emulator/oss_vector.hpp"

#include "base/utc_time.hpp"

#include <stdexcept>

namespace sluice::test
{

namespace
{

std::map<std::string, std::string> const custom_domains{{"media.example.com", "examplebucket"}};

}  // namespace

oss_vector::oss_vector(simdjson::dom::element v)
    : location{std::string(text(v, "bucket")), std::string(text(v, "key"))}, region(text(v, "region"))
{
    key.access_key_id = text(v, "access_key_id");
    key.access_key_secret = text(v, "access_key_secret");
    key.security_token = text(v, "security_token");
    auto url = text(v, "url");
    url.remove_prefix(url.find("://") + 3);
    auto const slash = url.find('/');
    head.method = text(v, "method");
    head.target = url.substr(slash);
    for (auto const& [name, value] : fields(v, "headers"))
        head.fields.emplace_back(name, value);
    if (!head.has_field("host"))
        head.fields.emplace_back("Host", url.substr(0, slash));
    if (auto const authorization = text(v, "authorization"); !authorization.empty())
        head.fields.emplace_back("Authorization", authorization);

    auto const parsed = parse_iso8601(text(v, "time"));
    if (!parsed)
        throw std::runtime_error("a vector has no time");
    time = *parsed;
    head.arrived = time;
}

emulator::oss_refusal oss_vector::verify(emulator::request_head const& changed) const
{
    auto const now = std::make_shared<manual_clock>(time);
    emulator::token_registry const registry(key, now, system_random());
    emulator::oss_verifier verifier(registry, now, region);
    auto const target = emulator::parse_target(changed.target);
    if (!target)
        return emulator::invalid_argument("bad target", "target", changed.target);
    auto const found = emulator::locate(changed.field("host"), target->path, custom_domains);
    if (!found)
        return found.error();
    return verifier.verify(changed, *target, *found).refusal;
}

}  // namespace sluice::test
