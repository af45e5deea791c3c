#pragma once

#include <sluice/export.hpp>

#include <cstddef>
#include <memory>
#include <span>

namespace sluice
{

/// Where nonces and retry jitter come from. Thread-safe.
class SLUICE_EXPORT random_source
{
public:
    random_source() = default;
    random_source(random_source const&) = delete;
    random_source& operator=(random_source const&) = delete;
    virtual ~random_source() = default;

    virtual void fill(std::span<std::byte> bytes) = 0;
};

/// OpenSSL's generator.
SLUICE_EXPORT std::shared_ptr<random_source> system_random();

}  // namespace sluice
