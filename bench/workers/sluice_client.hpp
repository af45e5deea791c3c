#pragma once

#include "support/arguments.hpp"

#include <sluice/sluice.hpp>

#include <string>

namespace bench
{

// What the workers that measure sluice have in common: a client of the sink, and grants for it.
struct sluice_setting
{
    // --origin --ca, and --connections, which a client has a default for.
    explicit sluice_setting(arguments& given);

    [[nodiscard]] sluice::upload_grant grant(std::string key) const;

    std::string origin;
    sluice::client_config config;
};

// Ends the process.
[[noreturn]] void give_up(sluice::error const& why);

// What failed ends the process: a figure of something else is worth nothing.
template <class T>
void need(sluice::result<T> const& done)
{
    if (!done)
        give_up(done.error());
}

}  // namespace bench
