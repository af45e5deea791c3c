#include "cli/standard_input.hpp"

#include "cli/can_be_polled.hpp"
#include "client/blocking_pool.hpp"
#include "upload/blocking_call.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace sluice::cli
{

namespace
{

error unreadable(error_code const& why)
{
    if (why == asio::error::operation_aborted)
        return why;
    return {errc::source_failed, "standard input can't be read: " + why.message()};
}

// Whether standard input, opened once more, gives the same bytes: a pipe and a terminal do. The master of a terminal
// would be that of a new one, and devices may begin anew.
bool is_the_same_opened_anew()
{
    struct stat status{};
    if (::fstat(STDIN_FILENO, &status) == 0 && S_ISFIFO(status.st_mode))
        return true;
    unsigned number = 0;
    bool const is_master = ::ioctl(STDIN_FILENO, TIOCGPTN, &number) == 0;
    return ::isatty(STDIN_FILENO) == 1 && !is_master;
}

// The reactor makes what it waits for non-blocking, which holds for all who share the open file: a terminal's output,
// or the next command of a shell. So it is opened once more where that can be; where it can't, its own mode comes back
// in the end.
class own_input
{
public:
    own_input()
    {
        if (is_the_same_opened_anew())
            descriptor_ = ::open("/proc/self/fd/0", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (descriptor_ >= 0)
            return;
        flags_before_ = ::fcntl(STDIN_FILENO, F_GETFL);
        descriptor_ = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
    }
    own_input(own_input const&) = delete;
    own_input& operator=(own_input const&) = delete;
    ~own_input()
    {
        if (flags_before_ >= 0)
            ::fcntl(STDIN_FILENO, F_SETFL, flags_before_);
    }

    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }  // the caller's to close

private:
    int descriptor_ = -1;
    int flags_before_ = -1;
};

// One read into memory of its own, for it ends alone when nobody waits for it any more.
struct read_job final : upload::blocking_job
{
    explicit read_job(std::size_t most) : bytes(most) {}

    void run() noexcept override
    {
        do
            count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
        while (count < 0 && errno == EINTR);
        failure = count < 0 ? errno : 0;
    }

    std::vector<char> bytes;
    ::ssize_t count = 0;
    int failure = 0;
};

}  // namespace

class standard_input::reader
{
public:
    virtual ~reader() = default;
    virtual asio::awaitable<result<std::size_t>> read_some(asio::mutable_buffer to) = 0;
};

class standard_input::polled_reader final : public reader
{
public:
    explicit polled_reader(asio::any_io_executor const& ex) : stream_(ex, input_.descriptor()) {}

    asio::awaitable<result<std::size_t>> read_some(asio::mutable_buffer to) override
    {
        auto const [failure, count] = co_await stream_.async_read_some(to, asio::as_tuple(asio::use_awaitable));
        if (failure && failure != asio::error::eof)
            co_return unreadable(failure);
        co_return count;
    }

private:
    own_input input_;  // outlives the stream
    asio::posix::stream_descriptor stream_;
};

class standard_input::blocking_reader final : public reader
{
public:
    explicit blocking_reader(asio::any_io_executor blocking) : blocking_(std::move(blocking)) {}

    asio::awaitable<result<std::size_t>> read_some(asio::mutable_buffer to) override
    {
        auto const work = std::make_shared<read_job>(to.size());
        bool const ended = co_await upload::run_blocking(work, blocking_);
        if (!ended)
            co_return unreadable(asio::error::operation_aborted);
        if (work->failure != 0)
            co_return unreadable(error_code(work->failure, boost::system::system_category()));
        auto const count = static_cast<std::size_t>(work->count);
        std::memcpy(to.data(), work->bytes.data(), count);
        co_return count;
    }

private:
    asio::any_io_executor blocking_;
};

standard_input::standard_input() = default;
standard_input::~standard_input() = default;

std::string standard_input::name() const
{
    return "standard input";
}

asio::awaitable<result<std::size_t>> standard_input::read_some(asio::mutable_buffer to)
{
    if (!reader_)
    {
        auto const ex = co_await asio::this_coro::executor;
        if (can_be_polled(STDIN_FILENO))
            reader_ = std::make_unique<polled_reader>(ex);
        else if (auto blocking = blocking_pool_of(ex))
            reader_ = std::make_unique<blocking_reader>(*blocking);
        else
            co_return std::move(blocking).error();
    }
    co_return co_await reader_->read_some(to);
}

}  // namespace sluice::cli
