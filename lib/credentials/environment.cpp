#include <sluice/credentials.hpp>

#include <cstdlib>
#include <string_view>

namespace sluice
{

namespace
{

constexpr char const* id_variable = "ALIBABA_CLOUD_ACCESS_KEY_ID";
constexpr char const* secret_variable = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
constexpr char const* token_variable = "ALIBABA_CLOUD_SECURITY_TOKEN";

std::string_view variable(char const* name)
{
    char const* const value = std::getenv(name);
    return value != nullptr ? value : "";
}

error missing(std::string_view name)
{
    error e(errc::no_credentials, "the environment variable " + std::string(name) + " is not set or is empty");
    e.recommendation = "Set " + std::string(id_variable) + " and " + secret_variable + ", and " + token_variable +
                       " with a temporary access key.";
    e.attempts = 0;
    return e;
}

}  // namespace

result<credentials> credentials_from_environment()
{
    auto const id = variable(id_variable);
    auto const secret = variable(secret_variable);
    if (id.empty())
        return missing(id_variable);
    if (secret.empty())
        return missing(secret_variable);
    return credentials(std::string(id), secret, variable(token_variable));
}

}  // namespace sluice
