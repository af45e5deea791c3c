#include "upload/checkpoint_file.hpp"

#include "base/digest.hpp"
#include "base/hex.hpp"
#include "upload/file_descriptor.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
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

error in_use(std::string const& path)
{
    error e(errc::checkpoint_in_use);
    e.operation = "checkpoint";
    e.resource = path;
    e.message = "another upload is under way with this checkpoint";
    e.recommendation = "Wait for the end of that upload, or give this one a checkpoint of its own";
    e.attempts = 0;
    return e;
}

using open_file = std::unique_ptr<file_descriptor>;

// False: another upload has it. A file system that knows no locks lets everybody pass.
bool try_lock(file_descriptor const& file)
{
    return ::flock(file.get(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

bool is_at(file_descriptor const& file, std::string const& path)
{
    struct stat opened{};
    struct stat named{};
    return ::fstat(file.get(), &opened) == 0 && ::lstat(path.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
           opened.st_ino == named.st_ino;
}

// For writing, where that may be: file systems of a network lock nothing else. Negative: errno says why.
int open_to_hold(std::string const& path)
{
    constexpr int always = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    int const fd = ::open(path.c_str(), O_RDWR | always);
    return fd < 0 && (errno == EACCES || errno == EROFS) ? ::open(path.c_str(), O_RDONLY | always) : fd;
}

// Locks what is at the path, if it is not held already: nothing afterwards when there is none. Who had the lock before
// may have replaced the file, so that what was locked has no name any more.
result<void> hold(std::string const& path, open_file& held)
{
    constexpr int far_too_often = 16;
    for (int attempt = 0; !held || !is_at(*held, path); ++attempt)
    {
        if (attempt == far_too_often)
            return in_use(path);
        held.reset();
        int const fd = open_to_hold(path);
        if (fd < 0 && errno == ENOENT)
            return {};
        if (fd < 0)
            return failed_on(path, "cannot be opened");
        auto found = std::make_unique<file_descriptor>(fd);
        if (!try_lock(*found))
            return in_use(path);
        held = std::move(found);
    }
    return {};
}

bool is_in_use(result<void> const& held)
{
    return !held && held.error().code == errc::checkpoint_in_use;
}

// A new file, locked from the beginning. One that is there was left by a process that was killed while it wrote, unless
// it is locked.
result<open_file> make_new(std::string const& path)
{
    open_file left;
    if (is_in_use(hold(path, left)))
        return in_use(path);
    ::unlink(path.c_str());
    int const fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (fd < 0)
        return failed_on(path, "cannot be made");
    auto made = std::make_unique<file_descriptor>(fd);
    if (!try_lock(*made) || !is_at(*made, path))
        return in_use(path);  // somebody took it for a left one before it was locked
    return made;
}

result<void> write_flushed(file_descriptor const& file, std::string const& path, std::string_view text)
{
    if (!write_all(file.get(), text))
        return failed_on(path, "cannot be written");
    if (::fsync(file.get()) != 0)
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

result<void> checkpoint_file::check_folder() const
{
    auto const folder = folder_of(path_);
    struct stat status{};
    if (::stat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
        return {};
    auto e = bad_checkpoint(path_, "the folder of the checkpoint does not exist");
    e.recommendation = "Make the folder first, or give the checkpoint a place in one that exists";
    e.attempts = 0;
    return e;
}

result<std::optional<std::string>> checkpoint_file::load()
{
    if (auto locked = hold(path_, held_); !locked)
        return locked.error();
    if (!held_)
        return std::optional<std::string>();
    int const fd = held_->get();
    struct stat status{};
    if (::fstat(fd, &status) != 0)
        return failed_on(path_, "cannot be examined");
    if (!S_ISREG(status.st_mode))
        return bad_checkpoint(path_, "is not a regular file");
    if (status.st_uid != ::geteuid() || (status.st_mode & others_write) != 0)
        return bad_checkpoint(path_, "is another user's, or others may write to it");
    if (static_cast<std::uint64_t>(status.st_size) > max_size)
        return bad_checkpoint(path_, "is larger than any checkpoint");

    std::string text(static_cast<std::size_t>(status.st_size), '\0');
    std::size_t got = 0;
    while (got < text.size())
    {
        auto const n = ::pread(fd, text.data() + got, text.size() - got, static_cast<off_t>(got));
        if (n < 0 && errno != EINTR)
            return failed_on(path_, "cannot be read");
        if (n == 0)
            break;
        got += n > 0 ? static_cast<std::size_t>(n) : 0;
    }
    text.resize(got);
    return std::optional(std::move(text));
}

result<void> checkpoint_file::store(std::string_view text)
{
    auto const fresh = path_ + ".new";
    auto made = make_new(fresh);
    if (!made)
        return made.error();
    auto done = write_flushed(**made, fresh, text);
    if (done && is_in_use(hold(path_, held_)))
        done = in_use(path_);
    if (done && ::rename(fresh.c_str(), path_.c_str()) != 0)
        done = failed_on(path_, "cannot be replaced");
    if (!done)
    {
        ::unlink(fresh.c_str());
        return done;
    }
    held_ = *std::move(made);
    flush_folder_of(path_);
    return done;
}

result<void> checkpoint_file::remove()
{
    if (is_in_use(hold(path_, held_)))
        return {};
    if (::unlink(path_.c_str()) != 0 && errno != ENOENT)
        return failed_on(path_, "cannot be removed");
    held_.reset();
    return {};
}

}  // namespace sluice::upload
