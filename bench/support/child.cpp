#include "support/child.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <system_error>
#include <thread>

namespace bench
{

namespace
{

struct pipe_ends
{
    int read;
    int write;
};

pipe_ends make_pipe()
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        throw std::system_error(errno, std::generic_category(), "no pipe");
    return {ends[0], ends[1]};
}

void pin_to(unsigned processor, unsigned processors)
{
    auto const existing = std::max(std::thread::hardware_concurrency(), 1U);
    cpu_set_t only;
    CPU_ZERO(&only);
    for (unsigned i = 0; i < processors; ++i)
        CPU_SET((processor + i) % existing, &only);
    ::sched_setaffinity(0, sizeof only, &only);
}

// In the new process: becomes the program, or leaves with 127.
[[noreturn]] void become(std::vector<char*> const& words, int in, int out)
{
    ::dup2(in, STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::execv(words.front(), words.data());
    std::perror(words.front());
    ::_exit(127);
}

}  // namespace

child::child(std::vector<std::string> const& command, unsigned processor, unsigned processors)
{
    std::vector<char*> words;
    words.reserve(command.size() + 1);
    for (auto const& word : command)
        words.push_back(const_cast<char*>(word.c_str()));  // execv takes them so, and changes nothing
    words.push_back(nullptr);

    ::signal(SIGPIPE, SIG_IGN);  // a program that ended early is seen by its missing answer
    auto const in = make_pipe();
    auto const out = make_pipe();
    process_ = ::fork();
    if (process_ == 0)
    {
        pin_to(processor, processors);
        become(words, in.read, out.write);
    }
    ::close(in.read);
    ::close(out.write);
    to_ = in.write;
    from_ = out.read;
    if (process_ < 0)
        throw std::system_error(errno, std::generic_category(), command.front());
}

child::~child()
{
    wait();
    ::close(from_);
}

void child::write_line(std::string const& text)
{
    auto const line = text + '\n';
    [[maybe_unused]] auto const ignored = ::write(to_, line.data(), line.size());
}

std::optional<std::string> child::read_line()
{
    for (;;)
    {
        if (auto const end = unread_.find('\n'); end != std::string::npos)
        {
            auto line = unread_.substr(0, end);
            unread_.erase(0, end + 1);
            return line;
        }
        std::array<char, 4096> some{};
        auto const size = ::read(from_, some.data(), some.size());
        if (size <= 0)
            return std::nullopt;
        unread_.append(some.data(), static_cast<std::size_t>(size));
    }
}

int child::wait()
{
    if (exit_code_)
        return *exit_code_;
    ::close(to_);
    int status = 0;
    rusage used{};
    while (::wait4(process_, &status, 0, &used) < 0 && errno == EINTR)
        continue;
    used_ = {0, seconds(used.ru_utime), seconds(used.ru_stime)};
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return *exit_code_;
}

std::filesystem::path program_path(std::string const& place)
{
    std::error_code failed;
    auto const self = std::filesystem::read_symlink("/proc/self/exe", failed);
    auto path = self.parent_path() / place;
    return std::filesystem::exists(path, failed) ? path : std::filesystem::path();
}

}  // namespace bench
