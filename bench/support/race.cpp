#include "support/race.hpp"

#include "support/child.hpp"
#include "support/quiet.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

namespace bench
{

namespace
{

constexpr double gb = 1e9;
constexpr unsigned client_processor = 0;
constexpr double tolerable = 0.1;                                   // disturbance
constexpr std::chrono::milliseconds patience_with_others(120'000);  // in one race
constexpr auto disturbance = "processor share of others";

std::string difference(char const* what, std::uint64_t sent, std::uint64_t arrived)
{
    return std::to_string(sent) + ' ' + what + " sent, " + std::to_string(arrived) + " arrived";
}

// Empty: everything arrived as it was sent.
std::string objection(report const& r, sink_counts const& arrived)
{
    if (arrived.bad_requests != 0)
        return std::to_string(arrived.bad_requests) + " bad requests";
    if (arrived.crc_mismatches != 0)
        return std::to_string(arrived.crc_mismatches) + " bodies with another CRC-64";
    if (arrived.body_bytes != r.bytes)
        return difference("bytes", r.bytes, arrived.body_bytes);
    if (arrived.requests < r.requests || arrived.requests > r.requests + r.unanswered)
        return difference("requests", r.requests, arrived.requests);
    if (r.tls && r.tls->full != arrived.full_handshakes)
        return difference("full handshakes", r.tls->full, arrived.full_handshakes);
    if (r.tls && r.tls->resumed != arrived.resumed_handshakes)
        return difference("resumed handshakes", r.tls->resumed, arrived.resumed_handshakes);
    return {};
}

std::vector<std::string> command_of(contestant const& who, std::string program)
{
    std::vector<std::string> command = {std::move(program)};
    command.insert(command.end(), who.arguments.begin(), who.arguments.end());
    if (who.against != nullptr)
    {
        auto const where = who.against->where();
        command.insert(command.end(), where.begin(), where.end());
    }
    return command;
}

// One run of a worker, and what came of it.
struct turn
{
    std::optional<report> said;
    std::string is_void;
    double disturbance = 0;  // the share of its processor that others took meanwhile, if it had one to itself
};

turn take_turn(contestant const& who, std::string const& program)
{
    if (who.against != nullptr)
        who.against->ask();  // whatever an earlier one left behind

    turn t;
    auto const busy_before = busy_seconds(client_processor);
    auto const begun = std::chrono::steady_clock::now();
    child worker(command_of(who, program), client_processor, who.processors);
    auto const line = worker.read_line();
    auto const exit_code = worker.wait();
    std::chrono::duration<double> const wall = std::chrono::steady_clock::now() - begun;
    auto const others = busy_seconds(client_processor) - busy_before - worker.used().cpu();
    if (who.processors == 1)
        t.disturbance = std::max(others, 0.0) / wall.count();

    t.said = line ? read_report(*line) : std::nullopt;
    if (!t.said || exit_code != 0)
        t.is_void = "the worker ended with " + std::to_string(exit_code);
    else if (who.against != nullptr)
        t.is_void = objection(*t.said, who.against->ask());
    return t;
}

// Waits for a quiet machine, and tries again when it was not, while there is patience.
void run_once(standing& s, std::string const& program, std::chrono::milliseconds& patience)
{
    wait_for_quiet(patience);
    auto t = take_turn(s.who, program);
    for (unsigned again = 0; t.disturbance > tolerable && patience.count() > 0 && again < 2; ++again)
    {
        wait_for_quiet(patience);
        t = take_turn(s.who, program);
    }
    s.is_void = t.is_void;
    if (!t.said)
        return;
    t.said->beside[disturbance] = t.disturbance;
    s.rounds.push_back(*std::move(t.said));
}

}  // namespace

samples standing::figure(std::function<double(report const&)> const& of) const
{
    samples all;
    for (auto const& r : rounds)
        all.add(of(r));
    return all;
}

std::vector<standing> run_race(std::vector<contestant> const& all, options const& o, unsigned rounds)
{
    auto patience = o.quick ? std::chrono::milliseconds(0) : patience_with_others;
    std::vector<standing> standings;
    standings.reserve(all.size());
    for (auto const& who : all)
        standings.push_back({who, {}, {}, {}});
    for (unsigned round = 1; round <= o.rounds(rounds); ++round)
    {
        for (auto& s : standings)
        {
            auto const program = program_path(s.who.worker);
            if (program.empty())
                s.missing = s.who.worker + " was not built: what it needs is not installed";
            if (!s.counts())
                continue;
            std::fprintf(stderr, "  round %u: %s\n", round, s.who.name.c_str());
            run_once(s, program.string(), patience);
        }
    }
    return standings;
}

row row_of(std::string program, standing const& s, std::string unit, std::function<double(report const&)> const& of)
{
    row r;
    r.program = std::move(program);
    r.name = s.who.name;
    r.unit = std::move(unit);
    r.is_void = s.is_void;
    r.missing = s.missing;
    if (!s.counts())
        return r;
    r.figure = s.figure(of);
    if (s.who.processors == 1)
        r.beside = {{disturbance, s.figure([](report const& x) { return x.beside.at(disturbance); }).median()}};
    return r;
}

double cpu_per_gb(report const& r)
{
    return r.used.cpu() / static_cast<double>(r.bytes) * gb;
}

double gb_per_second(report const& r)
{
    return static_cast<double>(r.bytes) / gb / r.used.wall;
}

}  // namespace bench
