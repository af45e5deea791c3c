#pragma once

namespace bench
{

// What every program of the suite takes: [--quick].
struct options
{
    bool quick = false;  // fewer rounds and less work: to see that it runs, not to quote

    [[nodiscard]] unsigned rounds(unsigned usual) const noexcept { return quick ? 1 : usual; }
};

// Ends the process with its usage on anything else.
options read_options(int argc, char const* const* argv);

}  // namespace bench
