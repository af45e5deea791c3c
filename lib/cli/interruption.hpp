#pragma once

#include <array>
#include <csignal>

namespace sluice::cli
{

// SIGINT and SIGTERM, and SIGHUP unless it is ignored as under nohup: what interrupts a command.
inline constexpr std::array interrupting_signals{SIGINT, SIGTERM, SIGHUP};
bool is_ignored(int signal_number) noexcept;

// While one exists, an interrupting signal is only noted, so that a command which works step by step can end at the
// next one and remove its temporary files. An asio::signal_set takes over while it exists, and leaves the default
// behind: make another of these after it.
class interruption
{
public:
    interruption() noexcept;
    interruption(interruption const&) = delete;
    interruption& operator=(interruption const&) = delete;
    ~interruption();

    static bool happened() noexcept;  // in this process, while there was one

private:
    std::array<struct sigaction, interrupting_signals.size()> before_{};
};

}  // namespace sluice::cli
