// What a stream of unknown length costs, which is kept in memory until it is confirmed, and how much memory that is.
#include "support/options.hpp"
#include "support/race.hpp"
#include "support/table.hpp"

#include <string>
#include <vector>

namespace
{

using bench::contestant;
using bench::sink_process;

constexpr std::uint64_t mib = 1UL << 20;
constexpr std::uint64_t peer_body = 64 * mib;

constexpr auto raw_tls = "raw SSL_write 16 KiB, memory";
constexpr auto own_memory = "sluice, memory of known length";
constexpr auto one_writer = "sluice writer, writes of 64 KiB";
constexpr auto beast_memory = "beast span_body, memory";

void add_all(std::vector<contestant>& to, std::uint64_t bytes, sink_process& sink)
{
    auto const size = std::to_string(bytes);
    std::vector<std::string> const puts = {
        "--body", std::to_string(peer_body), "--count", std::to_string(bytes / peer_body)};
    to.push_back({raw_tls, "workers/worker-raw", puts, &sink});
    to.push_back({beast_memory, "workers/worker-beast", puts, &sink});
    to.push_back({own_memory, "workers/worker-sluice-upload", {"--memory", size, "--connections", "1"}, &sink});
    auto const writer = [&](std::string name, std::vector<std::string> how) {
        how.insert(how.end(), {"--connections", "1"});
        to.push_back({std::move(name), "workers/worker-sluice-writer", std::move(how), &sink});
    };
    writer(one_writer, {"--bytes", size});
    writer("sluice writer, writes of 4 KiB", {"--bytes", size, "--write", "4096"});
    writer("sluice writer, writes of 1 MiB", {"--bytes", size, "--write", std::to_string(mib)});
    writer("sluice writer, within 16 MiB of memory", {"--bytes", size, "--memory-limit", std::to_string(16 * mib)});
    writer("64 sluice writers at once", {"--bytes", std::to_string(bytes / 64), "--writers", "64"});
}

bench::row row_of(bench::standing const& s)
{
    return bench::row_of("writer", s, "s/GB", bench::cpu_per_gb);
}

}  // namespace

int main(int argc, char** argv)
{
    auto const o = bench::read_options(argc, argv);
    auto const bytes = (o.quick ? 256 : 1024) * mib;
    sink_process sink({"--lowat", "262144"});
    std::vector<contestant> all;
    add_all(all, bytes, sink);
    bench::table rows;
    for (auto const& standing : bench::run_race(all, o, 5))
        rows.add(row_of(standing));
    rows.compare(one_writer, raw_tls, bench::table::role::limit);
    rows.compare(one_writer, own_memory, bench::table::role::peer);
    rows.compare(one_writer, beast_memory, bench::table::role::peer);
    rows.emit_all();
}
