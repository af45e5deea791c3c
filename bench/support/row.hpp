#pragma once

#include "support/samples.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bench
{

// How a row's figure compares with another of the same run.
struct ratio
{
    std::string to;         // the name of the other row
    double value = 0;       // this figure divided by the other, or the other way round when higher is better
    bool is_limit = false;  // the other is what the machine can do, not a peer
};

struct goal
{
    std::string what;   // "against curl -T"
    std::string bound;  // "<= 0.60"
    double reached = 0;
    bool met = false;
};

// `bound` has three digits at most.
goal at_least(std::string what, double bound, double reached);
goal at_most(std::string what, double bound, double reached);

// One line of the suite's output.
struct row
{
    std::string program;  // "upload"
    std::string name;     // "sluice, file, crc": unique within the program
    std::string group;    // rows of one group are shown together; empty: all of the program with the same unit
    std::vector<std::pair<std::string, std::string>> parameters;
    std::string unit;  // "s/GB": CPU seconds per 10^9 bytes
    samples figure;
    std::vector<std::pair<std::string, double>> beside;  // further medians: {"wall GB/s", 2.1}
    std::vector<ratio> ratios;
    std::vector<goal> goals;
    std::string is_void;  // why the figure must not be used; empty: it may
    std::string missing;  // why there is no figure at all, such as a peer that is not installed
};

// As one JSON object on one line of standard output, the machine in it.
void emit(row const& r);

}  // namespace bench
