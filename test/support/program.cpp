#include "support/program.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

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
{
    std::array<int, 2> out{};
    std::array<int, 2> err{};
    check(::pipe2(out.data(), O_CLOEXEC) == 0 ? 0 : errno, "pipe");
    check(::pipe2(err.data(), O_CLOEXEC) == 0 ? 0 : errno, "pipe");
    output_ = out[0];
    errors_ = err[0];

    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);

    std::vector<std::string> words{path};
    words.insert(words.end(), arguments.begin(), arguments.end());
    auto variables = merged_environment(environment);
    auto const failure =
        ::posix_spawn(&pid_, path.c_str(), &actions, nullptr, pointers(words).data(), pointers(variables).data());
    ::posix_spawn_file_actions_destroy(&actions);
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
    if (output_ >= 0)
        ::close(output_);
    if (errors_ >= 0)
        ::close(errors_);
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
