#include "emulator/replace_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace sluice::emulator
{

namespace fs = std::filesystem;

namespace
{

error file_error(std::string const& path, int number)
{
    error_code const why(number, boost::system::system_category());
    return {why, "\"" + path + "\" could not be written: " + why.message()};
}

// The file that a rename may replace: a device or a pipe it would destroy.
result<std::string> replaceable(std::string const& path)
{
    std::error_code code;
    auto const status = fs::status(path, code);
    if (status.type() == fs::file_type::not_found)
        return path;
    if (code)
        return file_error(path, code.value());
    if (status.type() != fs::file_type::regular)
        return error(errc::invalid_argument,
            "\"" + path + "\" could not be written: it is not a regular file, and is left as it is");
    auto const target = fs::canonical(path, code);
    if (code)
        return file_error(path, code.value());
    return target.string();
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
    auto const target = replaceable(path);
    if (!target)
        return target.error();
    auto temporary = *target + ".XXXXXX";
    int const file = ::mkstemp(temporary.data());
    if (file < 0)
        return file_error(path, errno);
    bool const written = write_all(file, content) && ::fchmod(file, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH) == 0;
    auto failure = file_error(path, errno);
    bool const closed = ::close(file) == 0;
    if (written && closed && std::rename(temporary.c_str(), target->c_str()) == 0)
        return {};
    if (written)
        failure = file_error(path, errno);
    ::unlink(temporary.c_str());
    return failure;
}

}  // namespace sluice::emulator
