#include "base/percent.hpp"
#include "upload/cold_read.hpp"

#include <sluice/source.hpp>

#include <boost/asio/error.hpp>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <filesystem>
#include <system_error>
#include <utility>

namespace sluice
{

namespace
{

using upload::file_descriptor;

std::string advice_for(int number)
{
    switch (number)
    {
    case ENOENT:
    case ENOTDIR:
        return "Check the path: it is relative to the working directory of the process";
    case EACCES:
    case EPERM:
        return "Let the user of the process read the file and search the folders above it";
    case EMFILE:
    case ENFILE:
        return "Raise the limit of open files (ulimit -n), or upload fewer files at once";
    case EIO:
        return "The disk or the network share reports a failure: look into the system's log";
    default:
        return "See that the file can be read, and try again";
    }
}

error failed(std::string const& path, std::string text, std::string advice)
{
    error e(errc::source_failed, std::move(text));
    e.operation = "read";
    e.resource = path;
    e.recommendation = std::move(advice);
    return e;
}

error failed(std::string const& path, char const* what, int number)
{
    return failed(path, what + std::system_category().message(number), advice_for(number));
}

error changed(std::string const& path, std::string how)
{
    error e(errc::source_changed, "the file " + std::move(how) + " while it was uploaded");
    e.operation = "read";
    e.resource = path;
    e.recommendation = "Upload files that are complete: write under another name first, then rename";
    return e;
}

char const* kind_of(mode_t mode)
{
    return S_ISDIR(mode) ? "a directory" : S_ISFIFO(mode) ? "a pipe" : S_ISSOCK(mode) ? "a socket" : "a device";
}

// What tells one state of a file from another.
struct file_state
{
    dev_t device{};
    ino_t inode{};
    off_t size = 0;
    timespec modified{};

    file_state() = default;
    explicit file_state(struct stat const& s) : device(s.st_dev), inode(s.st_ino), size(s.st_size), modified(s.st_mtim)
    {}
};

// How `now` differs from `then`; null when it does not.
char const* difference(file_state const& then, file_state const& now) noexcept
{
    if (now.device != then.device || now.inode != then.inode)
        return "was replaced by another";
    if (now.size < then.size)
        return "became shorter";
    if (now.size > then.size)
        return "became longer";
    if (now.modified.tv_sec != then.modified.tv_sec || now.modified.tv_nsec != then.modified.tv_nsec)
        return "was written to";
    return nullptr;
}

}  // namespace

class file_source::impl
{
public:
    explicit impl(std::string path) : path_(std::move(path)) {}

    [[nodiscard]] std::string const& path() const noexcept { return path_; }

    result<std::uint64_t> open()
    {
        // Non-blocking, or a pipe without a writer would hold the thread for ever.
        int const fd = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
        if (fd < 0)
            return failed(path_, "cannot be opened: ", errno);
        auto file = std::make_shared<file_descriptor const>(fd);

        struct stat status{};
        if (::fstat(fd, &status) != 0)
            return failed(path_, "cannot be examined: ", errno);
        if (!S_ISREG(status.st_mode))
            return failed(path_, std::string("is ") + kind_of(status.st_mode) + ", not a regular file",
                "Give the path of a regular file: its length must be known and any part of it readable again");

        // The kernel makes the files of /proc and /sys up while they are read, and says that they have no bytes.
        std::byte first{};
        auto const had = status.st_size == 0 ? ::pread(fd, &first, 1, 0) : 0;
        if (had < 0)
            return failed(path_, "cannot be read: ", errno);
        if (had > 0)
            return failed(path_, "says that it is empty but has bytes, as the files of /proc do: its length is unknown",
                "Copy what it says into a regular file, and upload that");

        file_ = std::move(file);
        opened_ = file_state(status);
        nowait_ = true;
        return static_cast<std::uint64_t>(status.st_size);
    }

    [[nodiscard]] std::optional<source_identity> told_identity() const
    {
        std::error_code failure;
        auto const absolute = std::filesystem::absolute(path_, failure).lexically_normal();
        if (failure || !file_)
            return std::nullopt;
        auto const number = [](auto value) { return std::to_string(value); };
        source_identity who;
        who.what = uri_encode(absolute.native(), slash::keep);
        // Without the device: NFS, btrfs, overlays and ZFS number theirs anew at each mount.
        who.state = "size " + number(opened_.size) + ", changed " + number(opened_.modified.tv_sec) + '.' +
                    number(opened_.modified.tv_nsec) + ", inode " + number(opened_.inode);
        return who;
    }

    asio::awaitable<result<std::size_t>> read_at(
        std::uint64_t offset, asio::mutable_buffer to, asio::any_io_executor blocking)
    {
        auto const cached = read_cached(offset, to);
        if (cached.failure != 0)
            co_return failed(path_, "cannot be read: ", cached.failure);
        if (cached.ended || cached.bytes == to.size())
            co_return cached.bytes;

        auto const cold =
            co_await upload::cold_read(file_, offset + cached.bytes, to + cached.bytes, std::move(blocking));
        if (cold.cancelled)
            co_return error(asio::error::operation_aborted);
        if (cold.failure != 0)
            co_return failed(path_, "cannot be read: ", cold.failure);
        co_return cached.bytes + cold.bytes;
    }

    result<void> verify_unchanged()
    {
        struct stat status{};
        if (::fstat(file_->get(), &status) != 0)
            return failed(path_, "cannot be examined: ", errno);
        if (auto const* how = difference(opened_, file_state(status)))
            return changed(path_, how);

        // The path may lead elsewhere by now: whoever replaced the file means the new one.
        if (::stat(path_.c_str(), &status) != 0)
            return changed(path_, "was removed");
        if (auto const* how = difference(opened_, file_state(status)))
            return changed(path_, how);
        return {};
    }

private:
    struct cached_result
    {
        std::size_t bytes = 0;
        bool ended = false;
        int failure = 0;
    };

    // What the page cache holds, up to the first byte that it does not.
    cached_result read_cached(std::uint64_t offset, asio::mutable_buffer to)
    {
        cached_result r;
        while (nowait_ && r.bytes < to.size())
        {
            iovec const into{.iov_base = static_cast<std::byte*>(to.data()) + r.bytes, .iov_len = to.size() - r.bytes};
            auto const n = ::preadv2(file_->get(), &into, 1, static_cast<off_t>(offset + r.bytes), RWF_NOWAIT);
            if (n > 0)
                r.bytes += static_cast<std::size_t>(n);
            else if (n == 0)
            {
                r.ended = true;
                return r;
            }
            else if (errno == EAGAIN)
                return r;
            else if (errno == EOPNOTSUPP || errno == ENOSYS || errno == EINVAL)
                nowait_ = false;  // this file system can't say what it has: all its reads may block
            else if (errno != EINTR)
            {
                r.failure = errno;
                return r;
            }
        }
        return r;
    }

    std::string path_;
    std::shared_ptr<file_descriptor const> file_;
    file_state opened_;
    bool nowait_ = true;
};

file_source::file_source(std::string path) : impl_(std::make_unique<impl>(std::move(path))) {}

file_source::~file_source() = default;

std::string file_source::name() const
{
    return impl_->path();
}

result<std::uint64_t> file_source::open()
{
    return impl_->open();
}

std::optional<source_identity> file_source::identity() const
{
    return impl_->told_identity();
}

asio::awaitable<result<std::size_t>> file_source::read_at(
    std::uint64_t offset, asio::mutable_buffer to, asio::any_io_executor blocking)
{
    return impl_->read_at(offset, to, std::move(blocking));
}

result<void> file_source::verify_unchanged()
{
    return impl_->verify_unchanged();
}

}  // namespace sluice
