#include "cli/interruption.hpp"

namespace sluice::cli
{

namespace
{

std::sig_atomic_t volatile noted = 0;

extern "C" void sluice_note_interruption(int)
{
    noted = 1;
}

}  // namespace

bool is_ignored(int signal_number) noexcept
{
    struct sigaction now{};
    return ::sigaction(signal_number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

interruption::interruption() noexcept
{
    struct sigaction note{};
    note.sa_handler = &sluice_note_interruption;
    note.sa_flags = SA_RESTART;
    for (std::size_t i = 0; i < interrupting_signals.size(); ++i)
    {
        ::sigaction(interrupting_signals[i], nullptr, &before_[i]);
        if (interrupting_signals[i] != SIGHUP || !is_ignored(SIGHUP))
            ::sigaction(interrupting_signals[i], &note, nullptr);
    }
}

interruption::~interruption()
{
    for (std::size_t i = 0; i < interrupting_signals.size(); ++i)
        ::sigaction(interrupting_signals[i], &before_[i], nullptr);
}

bool interruption::happened() noexcept
{
    return noted != 0;
}

}  // namespace sluice::cli
