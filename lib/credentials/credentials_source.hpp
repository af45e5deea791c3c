#pragma once

#include <sluice/credentials.hpp>

namespace sluice
{

// Where a signature gets its credentials from, at the moment it is made.
class credentials_source
{
public:
    virtual ~credentials_source() = default;

    // Valid until the next call on the same strand.
    [[nodiscard]] virtual credentials const& current() = 0;
};

class fixed_credentials final : public credentials_source
{
public:
    explicit fixed_credentials(credentials c) : credentials_(std::move(c)) {}
    [[nodiscard]] credentials const& current() override { return credentials_; }

private:
    credentials credentials_;
};

}  // namespace sluice
