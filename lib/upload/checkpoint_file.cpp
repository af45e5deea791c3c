#include "upload/checkpoint_file.hpp"

#include "base/digest.hpp"
#include "base/hex.hpp"
#include "upload/file_descriptor.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <system_error>

namespace sluice::upload
{

namespace
{

constexpr std::size_t max_size = 256UL * 1024;  // far more than one is
constexpr mode_t others_write = S_IWGRP | S_IWOTH;

error bad_checkpoint(std::string const& path, std::string text)
{
    error e(errc::invalid_argument, std::move(text));
    e.operation = "checkpoint";
    e.resource = path;
    return e;
}

error failed_on(std::string const& path, char const* what)
{
    auto const number = errno;
    auto e = bad_checkpoint(path, std::string(what) + ": " + std::system_category().message(number));
    e.code = error_code(number, boost::system::system_category());
    return e;
}

bool write_all(int fd, std::string_view text)
{
    while (!text.empty())
    {
        auto const n = ::write(fd, text.data(), text.size());
        if (n < 0 && errno != EINTR)
            return false;
        text.remove_prefix(n > 0 ? static_cast<std::size_t>(n) : 0);
    }
    return true;
}

std::string folder_of(std::string const& path)
{
    auto const slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

// Without it the new name may be gone after the power was.
void flush_folder_of(std::string const& path)
{
    auto const folder = folder_of(path);
    if (int const fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); fd >= 0)
    {
        file_descriptor const closed_at_end(fd);
        ::fsync(fd);  // not every file system can
    }
}

result<void> write_new(std::string const& path, std::string_view text)
{
    int const fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (fd < 0)
        return failed_on(path, "cannot be made");
    file_descriptor const closed_at_end(fd);
    if (!write_all(fd, text))
        return failed_on(path, "cannot be written");
    if (::fsync(fd) != 0)
        return failed_on(path, "cannot be flushed to the disk");
    return {};
}

}  // namespace

std::string checkpoint_path(std::string const& where, std::string_view what)
{
    struct stat status{};
    if (::stat(where.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
        return where;
    constexpr std::size_t enough = 32;
    auto const slash = where.ends_with('/') ? "" : "/";
    return where + slash + to_hex(sha256(what)).substr(0, enough) + ".sluice";
}

result<void> check_checkpoint_path(std::string const& path)
{
    auto const folder = folder_of(path);
    struct stat status{};
    if (::stat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
        return {};
    auto e = bad_checkpoint(path, "the folder of the checkpoint does not exist");
    e.recommendation = "Make the folder first, or give the checkpoint a place in one that exists";
    e.attempts = 0;
    return e;
}

result<void> store_checkpoint(std::string const& path, std::string_view text)
{
    auto const fresh = path + ".new";
    ::unlink(fresh.c_str());  // of a process that was killed while it wrote
    auto done = write_new(fresh, text);
    if (done && ::rename(fresh.c_str(), path.c_str()) != 0)
        done = failed_on(path, "cannot be replaced");
    if (!done)
        ::unlink(fresh.c_str());
    else
        flush_folder_of(path);
    return done;
}

result<std::optional<std::string>> load_checkpoint(std::string const& path)
{
    int const fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT)
        return std::optional<std::string>();
    if (fd < 0)
        return failed_on(path, "cannot be opened");
    file_descriptor const closed_at_end(fd);
    struct stat status{};
    if (::fstat(fd, &status) != 0)
        return failed_on(path, "cannot be examined");
    if (!S_ISREG(status.st_mode))
        return bad_checkpoint(path, "is not a regular file");
    if (status.st_uid != ::geteuid() || (status.st_mode & others_write) != 0)
        return bad_checkpoint(path, "is another user's, or others may write to it");
    if (static_cast<std::uint64_t>(status.st_size) > max_size)
        return bad_checkpoint(path, "is larger than any checkpoint");

    std::string text(static_cast<std::size_t>(status.st_size), '\0');
    std::size_t got = 0;
    while (got < text.size())
    {
        auto const n = ::read(fd, text.data() + got, text.size() - got);
        if (n < 0 && errno != EINTR)
            return failed_on(path, "cannot be read");
        if (n == 0)
            break;
        got += n > 0 ? static_cast<std::size_t>(n) : 0;
    }
    text.resize(got);
    return std::optional(std::move(text));
}

result<void> remove_checkpoint(std::string const& path)
{
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
        return failed_on(path, "cannot be removed");
    return {};
}

}  // namespace sluice::upload
