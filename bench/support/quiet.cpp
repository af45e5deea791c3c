#include "support/quiet.hpp"

#include <unistd.h>

#include <array>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

namespace bench
{

namespace
{

constexpr std::chrono::milliseconds glance(200);
constexpr double quiet = 0.1;  // of a processor

double busy_of_both()
{
    return busy_seconds(0) + busy_seconds(1);
}

}  // namespace

double busy_seconds(unsigned processor)
{
    std::ifstream stat("/proc/stat");
    auto const wanted = "cpu" + std::to_string(processor) + ' ';
    for (std::string line; std::getline(stat, line);)
    {
        if (!line.starts_with(wanted))
            continue;
        // user, nice, system, idle, iowait, irq, softirq, steal (proc(5)), in ticks
        std::array<double, 8> ticks{};
        std::istringstream fields(line.substr(wanted.size()));
        for (auto& t : ticks)
            fields >> t;
        auto const busy = ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7];
        return busy / static_cast<double>(::sysconf(_SC_CLK_TCK));
    }
    return 0;
}

void wait_for_quiet(std::chrono::milliseconds& patience)
{
    while (patience.count() > 0)
    {
        auto const before = busy_of_both();
        std::this_thread::sleep_for(glance);
        patience -= glance;
        if (busy_of_both() - before <= quiet * std::chrono::duration<double>(glance).count())
            return;
    }
}

}  // namespace bench
