#include <sluice/credentials.hpp>

#include <utility>

namespace sluice
{

credentials::credentials(std::string id, secret_string secret, secret_string token)
    : access_key_id(std::move(id)), access_key_secret(std::move(secret)), security_token(std::move(token))
{}

}  // namespace sluice
