#pragma once

#include "base/endpoint.hpp"

#include <sluice/client_config.hpp>

namespace sluice
{

// Values that no call can work with: errc::invalid_argument that names the field and what is allowed.
result<void> check_config(client_config const& config);

// Where the IMS calls of this client go. Errors: errc::invalid_argument.
result<endpoint> ims_endpoint_of(client_config const& config);

// Whether there is an access key for them: errc::no_credentials, naming the variables that are usually read.
result<void> check_account(credentials const& account);

}  // namespace sluice
