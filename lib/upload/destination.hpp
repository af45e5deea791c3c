#pragma once

#include "oss/object_location.hpp"
#include "upload/environment.hpp"
#include "upload/proof.hpp"

#include <sluice/receipt.hpp>
#include <sluice/upload_grant.hpp>

#include <cstdint>

namespace sluice::upload
{

// Where a grant leads. Errors: errc::invalid_argument.
result<oss::object_location> locate(environment const& env, upload_grant const& grant);

// errc::no_credentials when there is nothing to sign with.
result<void> check_credentials(credentials const& c);

// parts: 0 for one put.
receipt receipt_of(
    upload_grant const& grant, oss::object_location const& at, std::uint64_t size, unsigned parts, delivery done);

}  // namespace sluice::upload
