#pragma once

#include <sluice/error.hpp>

namespace sluice::cli
{

// How a program run ends.
enum class exit_code
{
    all_uploaded = 0,
    failed = 1,
    wrong_usage = 2,
    interrupted = 130
};

// wrong_usage for what was refused before anybody was asked, else failed.
exit_code exit_code_for(error const& e);

// The worse of two: that a value was wrong says more than that an upload failed.
exit_code worse(exit_code a, exit_code b) noexcept;

}  // namespace sluice::cli
