#pragma once

#include <csignal>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace sluice::test
{

struct program_result
{
    int exit_code = -1;  // 128 + signal when one ended it
    std::string output;  // standard output
    std::string errors;  // standard error
};

// A program under test, with pipes on its standard output and error. Its environment is this process's with
// `environment` on top; an empty value removes a variable. Ended by force when the test ends before it does.
class program
{
public:
    program(std::string const& path, std::vector<std::string> const& arguments,
        std::map<std::string, std::string> const& environment = {});
    enum class input
    {
        inherited,
        pipe
    };
    program(input from, std::string const& path, std::vector<std::string> const& arguments,
        std::map<std::string, std::string> const& environment = {});
    program(program const&) = delete;
    program& operator=(program const&) = delete;
    ~program();

    std::string first_line();  // of standard output; blocks until it is there or the program has ended
    void wait_for_error_text(std::string_view text);  // blocks until standard error holds it, or the program has ended
    void stop_reading();                              // from both pipes: the program finds them broken
    void send_signal(int number) const;
    bool write_input(std::string_view bytes) const;  // all of it; false when nobody reads it any more
    void close_input();
    [[nodiscard]] bool is_running() const;
    [[nodiscard]] std::uint64_t peak_memory() const;  // bytes that were resident at once so far; 0: it has ended
    program_result wait();

private:
    bool read_some();  // false when both pipes are at their end

    pid_t pid_ = -1;
    int input_ = -1;
    int output_ = -1;
    int errors_ = -1;
    program_result result_;
};

// The program `sluice` of this build, from start to end.
program_result run_sluice(
    std::vector<std::string> const& arguments, std::map<std::string, std::string> const& environment = {});

std::string sluice_program_path();

}  // namespace sluice::test
