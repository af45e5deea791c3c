// How much of a link an upload uses when every answer comes late: parts of 8 MiB and of 1 MiB, answers after 0 to 100
// ms, each connection paced to 125 MB/s. The share counts the whole call: also the first and the last round trip.
#include "support/options.hpp"
#include "support/pattern.hpp"
#include "support/race.hpp"
#include "support/table.hpp"
#include "support/temporary_folder.hpp"

#include <memory>
#include <string>

namespace
{

using bench::contestant;
using bench::report;
using bench::sink_process;

constexpr std::uint64_t mib = 1UL << 20;
constexpr std::uint64_t link_rate = 125'000'000;  // bytes a second on each connection: 1 Gbit/s
constexpr unsigned default_connections = 4;       // pool_limits::connections

struct entry
{
    contestant who;
    unsigned connections;  // links that it may use
};

std::string name_of(std::string const& who, std::uint64_t part, unsigned delay_ms)
{
    return who + ", " + std::to_string(part / mib) + " MiB, " + std::to_string(delay_ms) + " ms";
}

void add_own(std::vector<entry>& to, std::string const& file, std::uint64_t part, unsigned delay_ms, sink_process& sink)
{
    std::vector<std::string> const common = {"--file", file, "--part-size", std::to_string(part)};
    auto one = common;
    one.insert(one.end(), {"--connections", "1"});
    to.push_back({{name_of("sluice, 1 connection", part, delay_ms), "workers/worker-sluice-upload", one, &sink}, 1});
    to.push_back({{name_of("sluice, defaults", part, delay_ms), "workers/worker-sluice-upload", common, &sink},
        default_connections});
}

// One put after the other on each connection.
void add_peers(std::vector<entry>& to, std::uint64_t part, unsigned puts, unsigned delay_ms, sink_process& sink)
{
    auto const size = std::to_string(part);
    auto const count = std::to_string(puts);
    auto const connections = std::to_string(default_connections);
    to.push_back({{name_of("beast, 1 connection", part, delay_ms), "workers/worker-beast",
                      {"--body", size, "--count", count}, &sink},
        1});
    to.push_back({{name_of("libcurl multi, 4 connections", part, delay_ms), "workers/worker-curl-multi",
                      {"--size", size, "--objects", count, "--connections", connections}, &sink},
        default_connections});
}

bench::row row_of(entry const& e, bench::standing const& s)
{
    auto const links = e.connections;
    auto r = bench::row_of("latency", s, "share of the link",
        [&](report const& x) { return static_cast<double>(x.bytes) / x.used.wall / (double(link_rate) * links); });
    if (s.counts())
        r.beside.insert(r.beside.end(), {{"wall GB/s", s.figure(bench::gb_per_second).median()},
                                            {"client s/GB", s.figure(bench::cpu_per_gb).median()}});
    return r;
}

}  // namespace

int main(int argc, char** argv)
{
    auto const o = bench::read_options(argc, argv);
    bench::temporary_folder const folder;
    std::vector<std::unique_ptr<sink_process>> sinks;
    std::vector<entry> entries;
    for (auto const part : {8 * mib, mib})
    {
        auto const bytes = 1024 * mib / (o.quick ? 4 : 1);
        auto const file = bench::make_file(folder.path(), bytes).string();
        for (unsigned const delay_ms : {0U, 20U, 50U, 100U})
        {
            std::vector<std::string> const options = {
                "--rate", std::to_string(link_rate), "--delay-ms", std::to_string(delay_ms)};
            auto& sink = *sinks.emplace_back(std::make_unique<sink_process>(options));
            add_own(entries, file, part, delay_ms, sink);
            add_peers(entries, part, 32, delay_ms, sink);
        }
    }

    std::vector<contestant> all;
    all.reserve(entries.size());
    for (auto const& e : entries)
        all.push_back(e.who);
    auto const standings = bench::run_race(all, o, 3);
    bench::table rows;
    for (std::size_t i = 0; i < entries.size(); ++i)
        rows.add(row_of(entries[i], standings[i]));
    for (auto const part : {8 * mib, mib})
        rows.goal_at_least(name_of("sluice, 1 connection", part, 50), "share of the link at 50 ms", 0.95);
    rows.emit_all();
}
