#include "emulator/replace_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace sluice::emulator
{

namespace
{

error file_error(std::string const& path)
{
    return {error_code(errno, boost::system::system_category()), "\"" + path + "\" could not be written"};
}

bool write_all(int file, std::string_view content)
{
    while (!content.empty())
    {
        auto const written = ::write(file, content.data(), content.size());
        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0)
            content.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

result<void> replace_file(std::string const& path, std::string_view content)
{
    auto temporary = path + ".XXXXXX";
    int const file = ::mkstemp(temporary.data());
    if (file < 0)
        return file_error(path);
    bool const written = write_all(file, content) && ::fchmod(file, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH) == 0;
    auto failure = file_error(path);
    bool const closed = ::close(file) == 0;
    if (written && closed && std::rename(temporary.c_str(), path.c_str()) == 0)
        return {};
    if (written)
        failure = file_error(path);
    ::unlink(temporary.c_str());
    return failure;
}

}  // namespace sluice::emulator
