#include "upload/cold_read.hpp"

#include "upload/blocking_call.hpp"

#include <cerrno>
#include <fcntl.h>

#include <cstring>
#include <new>
#include <utility>

namespace sluice::upload
{

namespace
{

struct read_job final : blocking_job
{
    std::shared_ptr<file_descriptor const> file;
    std::uint64_t offset = 0;
    std::size_t wanted = 0;
    std::unique_ptr<std::byte[]> bytes;
    std::size_t got = 0;
    int failure = 0;

    void run() noexcept override
    {
        bytes.reset(new (std::nothrow) std::byte[wanted]);  // now, so that those in the queue hold none
        failure = bytes ? 0 : ENOMEM;
        read();
        read_ahead();
    }

private:
    void read() noexcept
    {
        while (got < wanted && failure == 0)
        {
            auto const n = ::pread(file->get(), bytes.get() + got, wanted - got, static_cast<off_t>(offset + got));
            if (n > 0)
                got += static_cast<std::size_t>(n);
            else if (n == 0)
                return;
            else if (errno != EINTR)
                failure = errno;
        }
    }

    // What comes next is likely wanted next: the system fetches it while this block is sent, so that most blocks of a
    // cold file are found in the page cache.
    void read_ahead() const noexcept
    {
        if (failure == 0 && got == wanted)
            ::posix_fadvise(file->get(), static_cast<off_t>(offset + got), ahead, POSIX_FADV_WILLNEED);
    }

    static constexpr off_t ahead = off_t{1024} * 1024;
};

}  // namespace

asio::awaitable<cold_read_result> cold_read(std::shared_ptr<file_descriptor const> file, std::uint64_t offset,
    asio::mutable_buffer to, asio::any_io_executor blocking)
{
    auto work = std::make_shared<read_job>();
    work->file = std::move(file);
    work->offset = offset;
    work->wanted = to.size();

    bool const ended = co_await run_blocking(work, std::move(blocking));
    if (!ended)
        co_return cold_read_result{.cancelled = true};
    if (work->got != 0)
        std::memcpy(to.data(), work->bytes.get(), work->got);
    co_return cold_read_result{.bytes = work->got, .failure = work->failure};
}

}  // namespace sluice::upload
