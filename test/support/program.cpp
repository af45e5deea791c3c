#include "support/program.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

extern char** environ;

namespace sluice::test
{

namespace
{

void check(int failure, char const* what)
{
    if (failure != 0)
        throw std::system_error(failure, std::generic_category(), what);
}

std::vector<std::string> merged_environment(std::map<std::string, std::string> const& changes)
{
    std::vector<std::string> all;
    for (char** entry = environ; *entry != nullptr; ++entry)
    {
        std::string const text = *entry;
        if (!changes.contains(text.substr(0, text.find('='))))
            all.push_back(text);
    }
    for (auto const& [name, value] : changes)
    {
        if (!value.empty())
            all.emplace_back(name).append(1, '=').append(value);
    }
    return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts)
{
    std::vector<char*> all;
    all.reserve(texts.size() + 1);
    for (auto& text : texts)
        all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

// Appends what is there to read; false at the end.
bool drain(int& descriptor, std::string& into)
{
    std::array<char, 4096> block;
    auto const count = ::read(descriptor, block.data(), block.size());
    if (count > 0)
    {
        into.append(block.data(), static_cast<std::size_t>(count));
        return true;
    }
    ::close(descriptor);
    descriptor = -1;
    return false;
}

}  // namespace

program::program(std::string const& path, std::vector<std::string> const& arguments,
    std::map<std::string, std::string> const& environment)
    : program(input::inherited, path, arguments, environment)
{}

program::program(input from, std::string const& path, std::vector<std::string> const& arguments,
    std::map<std::string, std::string> const& environment)
{
    std::array<int, 2> in{-1, -1};
    std::array<int, 2> out{};
    std::array<int, 2> err{};
    check(::pipe2(out.data(), O_CLOEXEC) == 0 ? 0 : errno, "pipe");
    check(::pipe2(err.data(), O_CLOEXEC) == 0 ? 0 : errno, "pipe");
    if (from == input::pipe)
        check(::pipe2(in.data(), O_CLOEXEC) == 0 ? 0 : errno, "pipe");
    input_ = in[1];
    output_ = out[0];
    errors_ = err[0];

    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    if (from == input::pipe)
        ::posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);

    std::vector<std::string> words{path};
    words.insert(words.end(), arguments.begin(), arguments.end());
    auto variables = merged_environment(environment);
    auto const failure =
        ::posix_spawn(&pid_, path.c_str(), &actions, nullptr, pointers(words).data(), pointers(variables).data());
    ::posix_spawn_file_actions_destroy(&actions);
    if (from == input::pipe)
        ::close(in[0]);
    ::close(out[1]);
    ::close(err[1]);
    check(failure, path.c_str());
}

program::~program()
{
    if (pid_ > 0)
    {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    for (int const end : {input_, output_, errors_})
        if (end >= 0)
            ::close(end);
}

bool program::read_some()
{
    std::array<pollfd, 2> both{pollfd{output_, POLLIN, 0}, pollfd{errors_, POLLIN, 0}};
    if (output_ < 0 && errors_ < 0)
        return false;
    if (::poll(both.data(), both.size(), -1) < 0)
        return errno == EINTR;
    if (output_ >= 0 && both[0].revents != 0)
        drain(output_, result_.output);
    if (errors_ >= 0 && both[1].revents != 0)
        drain(errors_, result_.errors);
    return true;
}

std::string program::first_line()
{
    while (result_.output.find('\n') == std::string::npos && read_some())
    {
    }
    return result_.output.substr(0, result_.output.find('\n'));
}

void program::wait_for_error_text(std::string_view text)
{
    while (result_.errors.find(text) == std::string::npos && read_some())
    {
    }
}

void program::stop_reading()
{
    for (int* const end : {&output_, &errors_})
    {
        if (*end >= 0)
            ::close(*end);
        *end = -1;
    }
}

void program::send_signal(int number) const
{
    ::kill(pid_, number);
}

// The signal of a broken pipe is for this thread alone, and is taken back: a program inherits what is ignored.
bool program::write_input(std::string_view bytes) const
{
    sigset_t broken{};
    sigset_t before{};
    ::sigemptyset(&broken);
    ::sigaddset(&broken, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &broken, &before);
    bool is_read = true;
    while (is_read && !bytes.empty())
    {
        auto const count = ::write(input_, bytes.data(), bytes.size());
        is_read = count > 0 || errno == EINTR;
        bytes.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
    }
    timespec const at_once{};
    if (!is_read)
        ::sigtimedwait(&broken, nullptr, &at_once);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return is_read;
}

void program::close_input()
{
    ::close(std::exchange(input_, -1));
}

bool program::is_running() const
{
    siginfo_t end{};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &end, WEXITED | WNOHANG | WNOWAIT) == 0 && end.si_pid == 0;
}

// Not ru_maxrss, which a program inherits from the one that started it.
std::uint64_t program::peak_memory() const
{
    std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
    static constexpr std::string_view name = "VmHWM:";
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(name))
            return std::stoull(line.substr(name.size())) * 1024;
    return 0;
}

program_result program::wait()
{
    while (read_some())
    {
    }
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    result_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result_;
}

std::string sluice_program_path()
{
    auto const* path = std::getenv("SLUICE_PROGRAM");
    if (path == nullptr)
        throw std::runtime_error("SLUICE_PROGRAM is not set: run the tests through meson");
    return path;
}

program_result run_sluice(
    std::vector<std::string> const& arguments, std::map<std::string, std::string> const& environment)
{
    return program(sluice_program_path(), arguments, environment).wait();
}

}  // namespace sluice::test
