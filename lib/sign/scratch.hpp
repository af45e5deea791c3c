#pragma once

#include "base/wipe.hpp"
#include "sign/field_view.hpp"

#include <string>
#include <vector>

namespace sluice::sign
{

// Memory in which one signature is made after the other, so that none has to ask for its own. What was signed last may
// hold a security token: wiped at the end.
struct scratch
{
    scratch() = default;
    scratch(scratch const&) = delete;
    scratch& operator=(scratch const&) = delete;
    ~scratch() { wipe(text.data(), text.size()); }

    std::vector<field_view> fields;
    std::string text;
};

}  // namespace sluice::sign
