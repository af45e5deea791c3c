#pragma once

#include <sluice/error.hpp>

#include <optional>
#include <string>
#include <string_view>

// The file of a checkpoint. These calls block.
namespace sluice::upload
{

// `where` itself, or, when that is a folder, a file in it: the name is made from `what`, and tells nothing of it.
std::string checkpoint_path(std::string const& where, std::string_view what);

// errc::invalid_argument when the folder that the path leads to does not exist.
result<void> check_checkpoint_path(std::string const& path);

// Writes it anew, so that whatever happens there is the old file or the whole new one: under another name first,
// flushed to the disk, then renamed. Mode 0600. Errors: those of the system, naming the path.
result<void> store_checkpoint(std::string const& path, std::string_view text);

// Nothing: there is none. Errors: those of the system; and what is no file of this user that only he can write to.
result<std::optional<std::string>> load_checkpoint(std::string const& path);

// No error when there is none.
result<void> remove_checkpoint(std::string const& path);

}  // namespace sluice::upload
