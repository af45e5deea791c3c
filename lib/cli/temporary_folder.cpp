#include "cli/temporary_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <set>
#include <utility>

namespace sluice::cli
{

namespace
{

std::set<std::filesystem::path>& existing()
{
    static std::set<std::filesystem::path> paths;
    return paths;
}

void remove_tree(std::filesystem::path const& path)
{
    std::error_code ignored;  // a folder that can't be removed is left to the system's own clean-up
    std::filesystem::remove_all(path, ignored);
}

}  // namespace

result<temporary_folder> temporary_folder::make()
{
    std::error_code failure;
    auto const parent = std::filesystem::temp_directory_path(failure);
    auto name = (failure ? std::filesystem::path("/tmp") : parent) / "sluice-XXXXXX";
    auto text = name.string();
    if (::mkdtemp(text.data()) == nullptr)
    {
        auto const why = boost::system::error_code(errno, boost::system::system_category());
        return error(why, "no temporary folder " + text + ": " + why.message());
    }
    return temporary_folder(text);
}

temporary_folder::temporary_folder(std::filesystem::path path) : path_(std::move(path))
{
    existing().insert(path_);
}

void temporary_folder::remove_all()
{
    for (auto const& path : existing())
        remove_tree(path);
}

temporary_folder::temporary_folder(temporary_folder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

temporary_folder& temporary_folder::operator=(temporary_folder&& other) noexcept
{
    std::swap(path_, other.path_);
    return *this;
}

temporary_folder::~temporary_folder()
{
    if (path_.empty())
        return;
    existing().erase(path_);
    remove_tree(path_);
}

}  // namespace sluice::cli
