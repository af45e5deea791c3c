#pragma once

#include "support/options.hpp"
#include "support/report.hpp"
#include "support/row.hpp"
#include "support/samples.hpp"
#include "support/sink_process.hpp"

#include <functional>
#include <string>
#include <vector>

namespace bench
{

// One of several workers that do the same work in turn.
struct contestant
{
    std::string name;                    // the row's
    std::string worker;                  // "workers/worker-curl"
    std::vector<std::string> arguments;  // without those of sink_process::where()
    sink_process* against = nullptr;     // null: it needs no server
    unsigned processors = 1;             // that it may use, from the first on; the sink's is the second
};

// How one of them did.
struct standing
{
    contestant who;
    std::vector<report> rounds;
    std::string is_void;  // why the rounds must not be used
    std::string missing;  // why there are none: its worker was not built

    [[nodiscard]] bool counts() const noexcept { return is_void.empty() && missing.empty(); }
    [[nodiscard]] samples figure(std::function<double(report const&)> const& of) const;
};

// Every contestant once a round, one after the other, on the first processor. After each the sink is asked whether
// every byte and every request arrived, and whether every CRC-64 matched. Waits a while for a quiet machine.
std::vector<standing> run_race(std::vector<contestant> const& all, options const& o, unsigned rounds);

// The row of a standing, without ratios and goals. Beside its figure stands how much others disturbed it, when it had a
// processor to itself.
row row_of(std::string program, standing const& s, std::string unit, std::function<double(report const&)> const& of);

// CPU seconds of the client for 10^9 bytes.
double cpu_per_gb(report const& r);

// 10^9 bytes a second.
double gb_per_second(report const& r);

}  // namespace bench
