#pragma once

#include "emulator/message.hpp"
#include "emulator/oss_auth.hpp"
#include "emulator/token_registry.hpp"
#include "support/vectors.hpp"

#include <sluice/clock.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace sluice::test
{

// A signing vector as the server meets it: what came over the wire, at the time when it was signed.
struct oss_vector
{
    explicit oss_vector(simdjson::dom::element v);

    // Locates and verifies it by an emulator that knows the vector's key.
    [[nodiscard]] emulator::oss_refusal verify(emulator::request_head const& changed) const;

    emulator::request_head head;
    emulator::oss_location location;  // as the vector states it
    std::string region;
    credentials key;
    system_time time;
};

}  // namespace sluice::test
