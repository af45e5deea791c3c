#pragma once

#include <sluice/error.hpp>

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

namespace sluice::emulator
{

// What store_folder does to files, with errors that name the file.

constexpr mode_t store_file_mode = 0644;

error store_error(std::string const& what, std::string const& path, error_code code);
error_code last_error();  // errno
error_code converted(std::error_code const& code);

result<void> make_folder(std::filesystem::path const& path);
result<std::vector<std::filesystem::path>> children(std::filesystem::path const& folder);  // by name
result<void> rename_file(std::string const& from, std::string const& to);
void remove_file(std::string const& path);  // empty: none

}  // namespace sluice::emulator
