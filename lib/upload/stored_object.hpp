#pragma once

#include "upload/proof.hpp"
#include "upload/workshop.hpp"

#include <cstdint>
#include <optional>

namespace sluice::upload
{

// The object, if it is there and holds the bytes of the source, all of which are read for that. Somebody else may have
// completed it: another process, or one that was killed before it could note that.
asio::awaitable<std::optional<delivery>> find_stored(workshop& w, std::uint64_t size);

}  // namespace sluice::upload
