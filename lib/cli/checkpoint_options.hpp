#pragma once

#include <sluice/error.hpp>
#include <sluice/upload_options.hpp>

#include <string>

namespace CLI
{
class App;
}

namespace sluice::cli
{

// What is remembered of uploads, so that a later run can go on with them.
struct checkpoint_options
{
    std::string folder;  // empty: nothing is
    bool resume = false;
    bool keep_grant = false;

    void add_to(CLI::App& command);
    void add_keep_grant_to(CLI::App& command);  // after add_to()

    // The folder, when it is absent: for this user alone. Errors: that of the system, or errc::invalid_argument.
    [[nodiscard]] result<void> make_folder() const;

    // Must outlive the uploads.
    void apply_to(upload_options& options) const;
};

}  // namespace sluice::cli
