#pragma once

#include <sluice/error.hpp>

#include <optional>
#include <string>
#include <vector>

namespace sluice::cli
{

// A file to upload, or a folder that could not be read, and why.
struct listed_file
{
    std::string path;
    std::optional<error> unreadable;
};

// The files that a command line names, in its order. In place of a folder stand the regular files in it and in the
// folders below, sorted by name; hidden ones are left out, and so is what is neither file nor folder. A symbolic link
// in it counts when it leads to a file, or nowhere: the upload of it says why. Asks `interrupted` now and then, and
// returns what it has.
// `checkpoints`: a folder whose checkpoints may hold secrets, or empty. Below a folder it is left out whole; of itself,
// when it is named, its checkpoints are.
std::vector<listed_file> list_files(
    std::vector<std::string> const& arguments, std::string const& checkpoints, bool (*interrupted)() noexcept);

}  // namespace sluice::cli
