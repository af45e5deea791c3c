#pragma once

#include <sluice/random_source.hpp>

#include <string>

namespace sluice
{

std::string make_nonce(random_source& random);  // 32 hexadecimal digits: 128 random bits
double random_fraction(random_source& random);  // uniform in [0, 1)

}  // namespace sluice
