#pragma once

#include "upload/file_descriptor.hpp"

#include <sluice/error.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::upload
{

// `where` itself, or, when that is a folder, a file in it: the name is made from `what`, and tells nothing of it.
// Blocks.
std::string checkpoint_path(std::string const& where, std::string_view what);

// The file of a checkpoint while one upload uses it. What is there is locked, where the file system can, until this
// object goes: of several uploads, in any processes of a host, one goes on with it, and the others are told
// errc::checkpoint_in_use. These calls block.
class checkpoint_file
{
public:
    explicit checkpoint_file(std::string path) : path_(std::move(path)) {}

    [[nodiscard]] std::string const& path() const noexcept { return path_; }

    // errc::invalid_argument when the folder that the path leads to does not exist.
    [[nodiscard]] result<void> check_folder() const;

    // Nothing: there is none. Errors: those of the system; what is no file of this user that only he can write to;
    // errc::checkpoint_in_use.
    result<std::optional<std::string>> load();

    // Writes it anew, so that whatever happens there is the old file or the whole new one: under another name first,
    // flushed to the disk, then renamed. Mode 0600. Errors: those of the system, naming the path;
    // errc::checkpoint_in_use.
    result<void> store(std::string_view text);

    // No error when there is none, or another upload's by now.
    result<void> remove();

private:
    std::string path_;
    std::unique_ptr<file_descriptor> held_;  // what was last seen at the path, locked
};

}  // namespace sluice::upload
