#pragma once

#include <string_view>

namespace sluice::cli
{

// What was closed of descriptors 0 to 2 leads nowhere from now on, so that no socket or stored file becomes one of
// them and receives what is printed. Writing to a standard output that was closed still fails.
void reserve_standard_descriptors() noexcept;

// Writes to standard output at once. What cannot be written is said on standard error, the first time.
void write_output(std::string_view text);

// Whether all that was ever written to standard output came out, by whatever means.
bool output_is_complete();

}  // namespace sluice::cli
