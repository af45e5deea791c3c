#pragma once

#include "support/meter.hpp"

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace bench
{

// Another program of the suite, on a processor of its own, to talk with by lines.
class child
{
public:
    // A path and its arguments. It runs on `processor`, which counts from 0, and on the next ones if it is to have
    // more; on a machine with fewer, on those that there are. Throws when the program can't be started.
    child(std::vector<std::string> const& command, unsigned processor, unsigned processors = 1);
    child(child const&) = delete;
    child& operator=(child const&) = delete;
    ~child();  // ends its standard input, and waits for it

    void write_line(std::string const& text);

    // Without its line end. Nothing: the program has closed its output.
    std::optional<std::string> read_line();

    // Ends its standard input; its exit code, or 128 and the signal that killed it.
    int wait();

    // Of its whole life but for the wall time, after wait().
    [[nodiscard]] cost const& used() const noexcept { return used_; }

private:
    pid_t process_ = -1;
    int to_ = -1;
    int from_ = -1;
    std::string unread_;
    std::optional<int> exit_code_;
    cost used_;
};

// A program of the suite by its place in bench/, such as "workers/worker-curl". Empty: it was not built.
std::filesystem::path program_path(std::string const& place);

}  // namespace bench
