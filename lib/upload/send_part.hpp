#pragma once

#include "upload/part_body.hpp"
#include "upload/server_upload.hpp"
#include "upload/workshop.hpp"

#include <string>

namespace sluice::upload
{

// Sends one part until the service has stored what was read, as often as the retry policy allows, and gives its ETag.
// `repeats` grows by the times that the service's CRC-64 was another.
asio::awaitable<result<std::string>> send_part(
    workshop& with, server_upload const& to, unsigned number, part_body& body, unsigned& repeats);

}  // namespace sluice::upload
