#include "emulator/store_files.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

namespace sluice::emulator
{

namespace fs = std::filesystem;

error store_error(std::string const& what, std::string const& path, error_code code)
{
    error e(code, what + " " + path + ": " + code.message());
    e.resource = path;
    e.recommendation = "choose a store folder that this user can write to, on a disk with space";
    return e;
}

error_code last_error()
{
    return {errno, boost::system::system_category()};
}

error_code converted(std::error_code const& code)
{
    return {code.value(), boost::system::system_category()};
}

result<void> make_folder(fs::path const& path)
{
    std::error_code code;
    fs::create_directories(path, code);
    if (code)
        return store_error("cannot make", path.string(), converted(code));
    return {};
}

result<std::vector<fs::path>> children(fs::path const& folder)
{
    std::vector<fs::path> found;
    std::error_code code;
    for (fs::directory_iterator it(folder, code); !code && it != fs::directory_iterator(); it.increment(code))
        found.push_back(it->path());
    if (code)
        return store_error("cannot read", folder.string(), converted(code));
    std::ranges::sort(found);
    return found;
}

result<void> rename_file(std::string const& from, std::string const& to)
{
    if (std::rename(from.c_str(), to.c_str()) != 0)
        return store_error("cannot write", to, last_error());
    return {};
}

void remove_file(std::string const& path)
{
    if (!path.empty())
        ::unlink(path.c_str());
}

}  // namespace sluice::emulator
