#pragma once

#include <sys/time.h>

#include <chrono>

namespace bench
{

// What a stretch of work cost this process, all its threads together, in seconds.
struct cost
{
    double wall = 0;
    double user = 0;
    double system = 0;

    [[nodiscard]] double cpu() const noexcept { return user + system; }
};

double seconds(timeval const& t) noexcept;

// Measures from its construction on.
class meter
{
public:
    meter();
    [[nodiscard]] cost stop() const;

private:
    std::chrono::steady_clock::time_point begin_;
    cost before_;
};

}  // namespace bench
