// What a small object costs the client when there are many: 16 KiB each, all through one client.
#include "support/options.hpp"
#include "support/race.hpp"
#include "support/table.hpp"

#include <string>

namespace
{

using bench::contestant;
using bench::report;

std::string name_of(std::string const& who, unsigned objects)
{
    return who + ", " + std::to_string(objects) + " objects";
}

constexpr auto own_default = "sluice, 4 connections, all at once";
constexpr auto own_many = "sluice, 16 connections, all at once";
constexpr auto own_some = "sluice, 4 connections, 256 at once";
constexpr auto curl = "libcurl multi, 16 connections";
constexpr auto beast = "beast, 16 connections";
constexpr auto raw = "raw SSL_write, one after the other";

void add(std::vector<contestant>& to, unsigned objects, bench::sink_process& sink)
{
    auto const count = std::to_string(objects);
    std::string const size = "16384";
    to.push_back({name_of(raw, objects), "workers/worker-raw", {"--body", size, "--count", count}, &sink});
    to.push_back({name_of(own_default, objects), "workers/worker-sluice-small",
        {"--size", size, "--objects", count, "--at-once", count}, &sink});
    to.push_back({name_of(own_many, objects), "workers/worker-sluice-small",
        {"--size", size, "--objects", count, "--at-once", count, "--connections", "16"}, &sink});
    to.push_back({name_of(own_some, objects), "workers/worker-sluice-small",
        {"--size", size, "--objects", count, "--at-once", "256"}, &sink});
    to.push_back({name_of(curl, objects), "workers/worker-curl-multi",
        {"--size", size, "--objects", count, "--connections", "16"}, &sink});
    to.push_back({name_of(beast, objects), "workers/worker-beast",
        {"--body", size, "--count", count, "--connections", "16"}, &sink});
}

double cpu_per_object(report const& r)
{
    return r.used.cpu() / static_cast<double>(r.bytes) * 16384 * 1e6;
}

bench::row row_of(bench::standing const& s)
{
    auto r = bench::row_of("small", s, "us/object", cpu_per_object);
    if (s.counts())
        r.beside.insert(r.beside.end(), {{"wall us/object", s.figure([](report const& x) {
                                                                 return x.used.wall * 16384 * 1e6 / double(x.bytes);
                                                             }).median()},
                                            {"client s/GB", s.figure(bench::cpu_per_gb).median()}});
    return r;
}

}  // namespace

int main(int argc, char** argv)
{
    auto const o = bench::read_options(argc, argv);
    bench::sink_process sink({});
    std::vector<contestant> all;
    for (unsigned const objects : {1000U, 5000U, 10000U})
        add(all, objects, sink);

    bench::table rows;
    for (auto const& standing : bench::run_race(all, o, 5))
        rows.add(row_of(standing));
    for (unsigned const objects : {1000U, 5000U, 10000U})
        for (auto const* const own : {own_default, own_many, own_some})
        {
            rows.compare(name_of(own, objects), name_of(raw, objects), bench::table::role::limit);
            rows.compare(name_of(own, objects), name_of(curl, objects), bench::table::role::peer);
            rows.compare(name_of(own, objects), name_of(beast, objects), bench::table::role::peer);
        }
    rows.goal_at_most(name_of(own_default, 5000), "against libcurl multi", 0.25, name_of(curl, 5000));
    rows.emit_all();
}
