#pragma once

#include <sluice/error.hpp>

#include <string>
#include <string_view>

namespace sluice::emulator
{

// Readers see the old content or the new, never half of it. Mode 0644. A link is followed. Errors: there is something
// that is no regular file, and is left alone; the folder cannot be written, ...
result<void> replace_file(std::string const& path, std::string_view content);

}  // namespace sluice::emulator
