// What an API call costs the client: whole calls of CreateUploadStream, on some connections and with some of them
// unanswered on each. The peers send one signed request again and again, and none of them makes a grant of an answer.
#include "support/options.hpp"
#include "support/race.hpp"
#include "support/table.hpp"

#include <string>

namespace
{

using bench::contestant;
using bench::report;
using bench::sink_process;

constexpr unsigned delay_ms = 20;
constexpr unsigned rounds = 5;

constexpr auto at_once = "answers at once";
constexpr auto late = "answers after 20 ms";

std::string on(unsigned connections)
{
    return std::to_string(connections) + (connections == 1 ? " connection" : " connections");
}

std::string name_of(char const* group, std::string const& who, unsigned connections, std::string const& how)
{
    return std::string(group) + ", " + who + ", " + on(connections) + ", " + how;
}

std::string own(char const* group, unsigned connections, unsigned depth)
{
    return name_of(group, "sluice", connections, "depth " + std::to_string(depth));
}

std::string raw(unsigned depth)
{
    return name_of(at_once, "raw OpenSSL", 1, std::to_string(depth) + " together");
}

std::string wrk(unsigned pipeline)
{
    return name_of(at_once, "wrk", 1, pipeline == 1 ? "one at a time" : "pipelined " + std::to_string(pipeline));
}

std::string curl(char const* group)
{
    return name_of(group, "libcurl multi", 16, "one at a time");
}

std::string beast(char const* group, unsigned connections)
{
    return name_of(group, "beast", connections, "one at a time");
}

constexpr auto own_with_openssl = "allocations, sluice with OpenSSL's, 1 connection, depth 16";

// Makes contestants that do some work for about half a second.
class field
{
public:
    field(bench::options const& o, sink_process& prompt, sink_process& slow) : options_(o), prompt_(prompt), slow_(slow)
    {}

    void add_limits()
    {
        add_raw(1, 20'000);
        add_raw(16, 200'000);
        add_raw(64, 320'000);
    }

    void add_own()
    {
        add_own(1, 1, 10'000);
        add_own(1, 4, 40'000);
        add_own(1, 16, 80'000);
        add_own(1, 64, 80'000);
        add_own(4, 16, 80'000);
        add_own(16, 16, 80'000);
        all_.push_back({own_with_openssl, "workers/worker-sluice-calls",
            {"--depth", "16", "--connections", "1", "--calls", calls(40'000), "--openssl-too"}, &prompt_});
    }

    void add_peers()
    {
        for (unsigned const pipeline : {1U, 16U, 64U})
            all_.push_back({wrk(pipeline), "workers/worker-wrk", {"--pipeline", std::to_string(pipeline)}, &prompt_});
        add_peer(curl(at_once), "workers/worker-curl-calls", 16, 10'000, prompt_);
        add_peer(beast(at_once, 1), "workers/worker-beast-calls", 1, 10'000, prompt_);
        add_peer(beast(at_once, 16), "workers/worker-beast-calls", 16, 20'000, prompt_);
    }

    void add_late()
    {
        for (unsigned const depth : {1U, 16U, 64U})
            all_.push_back({own(late, 1, depth), "workers/worker-sluice-calls",
                {"--depth", std::to_string(depth), "--connections", "1", "--calls", calls(40UL * depth)}, &slow_});
        add_peer(curl(late), "workers/worker-curl-calls", 16, 40UL * 16, slow_);
        add_peer(beast(late, 1), "workers/worker-beast-calls", 1, 40, slow_);
    }

    [[nodiscard]] std::vector<contestant> const& all() const noexcept { return all_; }

private:
    [[nodiscard]] std::string calls(std::uint64_t usually) const
    {
        return std::to_string(options_.quick ? usually / 10 : usually);
    }

    void add_raw(unsigned depth, std::uint64_t usually)
    {
        all_.push_back({raw(depth), "workers/worker-raw-calls",
            {"--depth", std::to_string(depth), "--calls", calls(usually)}, &prompt_});
    }

    void add_own(unsigned connections, unsigned depth, std::uint64_t usually)
    {
        all_.push_back({own(at_once, connections, depth), "workers/worker-sluice-calls",
            {"--depth", std::to_string(depth), "--connections", std::to_string(connections), "--calls", calls(usually)},
            &prompt_});
    }

    void add_peer(
        std::string name, char const* worker, unsigned connections, std::uint64_t usually, sink_process& against)
    {
        all_.push_back({std::move(name), worker,
            {"--connections", std::to_string(connections), "--calls", calls(usually)}, &against});
    }

    bench::options const& options_;
    sink_process& prompt_;
    sink_process& slow_;
    std::vector<contestant> all_;
};

double cpu_per_call(report const& r)
{
    return r.used.cpu() / r.beside.at("calls") * 1e6;
}

double calls_per_second(report const& r)
{
    return r.beside.at("calls") / r.used.wall;
}

double allocations_per_call(report const& r)
{
    return r.beside.at("allocations");
}

bench::row cost_row(bench::standing const& s)
{
    auto r = bench::row_of("calls", s, "us/call", cpu_per_call);
    r.group = at_once;
    if (s.counts())
        r.beside.emplace_back("calls/s", s.figure(calls_per_second).median());
    return r;
}

bench::row rate_row(bench::standing const& s)
{
    auto r = bench::row_of("calls", s, "calls/s", calls_per_second);
    r.group = late;
    if (s.counts())
        r.beside.emplace_back("client us/call", s.figure(cpu_per_call).median());
    return r;
}

bench::row allocations_row(bench::standing const& s, std::string name)
{
    auto r = bench::row_of("calls", s, "allocations/call", allocations_per_call);
    r.name = std::move(name);
    r.group = "allocations";
    return r;
}

constexpr auto own_allocations = "allocations, sluice, 1 connection, depth 16";

void add_rows(bench::table& to, bench::standing const& s)
{
    if (s.who.name == own_with_openssl)
        to.add(allocations_row(s, own_with_openssl));
    else if (s.who.name.starts_with(late))
        to.add(rate_row(s));
    else
        to.add(cost_row(s));
    if (s.who.name == own(at_once, 1, 16))
        to.add(allocations_row(s, own_allocations));
}

void compare(bench::table& rows)
{
    using role = bench::table::role;
    for (unsigned const depth : {1U, 16U, 64U})
    {
        rows.compare(own(at_once, 1, depth), raw(depth), role::limit);
        rows.compare(own(at_once, 1, depth), wrk(depth), role::peer);
    }
    for (auto const& mine : {own(at_once, 1, 1), own(at_once, 1, 16), own(at_once, 16, 16)})
        for (auto const& peer : {curl(at_once), beast(at_once, 1), beast(at_once, 16)})
            rows.compare(mine, peer, role::peer);

    auto const usual = own(at_once, 1, 16);
    rows.goal_at_most(usual, "against wrk pipelined 16", 1.6, wrk(16));
    rows.goal_at_most(usual, "against libcurl multi on 16 connections", 0.08, curl(at_once));
    rows.goal_at_least(own(late, 1, 64), "times the calls of one in flight", 60, own(late, 1, 1));
    rows.goal_at_most(own_allocations, "on the steady path", 2);
}

}  // namespace

int main(int argc, char** argv)
{
    auto const o = bench::read_options(argc, argv);
    sink_process prompt({});
    sink_process slow({"--delay-ms", std::to_string(delay_ms)});
    field entrants(o, prompt, slow);
    entrants.add_limits();
    entrants.add_own();
    entrants.add_peers();
    entrants.add_late();

    bench::table rows;
    for (auto const& standing : bench::run_race(entrants.all(), o, rounds))
        add_rows(rows, standing);
    compare(rows);
    rows.emit_all();
}
