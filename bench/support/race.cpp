#include "support/race.hpp"

#include "support/child.hpp"

#include <cstdio>
#include <utility>

namespace bench
{

namespace
{

constexpr double gb = 1e9;

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
    if (arrived.requests != r.requests)
        return difference("requests", r.requests, arrived.requests);
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

void run_once(standing& s)
{
    auto const program = program_path(s.who.worker);
    if (program.empty())
    {
        s.missing = s.who.worker + " was not built: what it needs is not installed";
        return;
    }
    if (s.who.against != nullptr)
        s.who.against->ask();  // whatever an earlier one left behind
    child worker(command_of(s.who, program.string()), 0);
    auto const line = worker.read_line();
    auto const exit_code = worker.wait();
    auto const said = line ? read_report(*line) : std::nullopt;
    if (!said || exit_code != 0)
    {
        s.is_void = "the worker ended with " + std::to_string(exit_code);
        return;
    }
    s.is_void = s.who.against != nullptr ? objection(*said, s.who.against->ask()) : "";
    s.rounds.push_back(*said);
}

}  // namespace

samples standing::figure(std::function<double(report const&)> const& of) const
{
    samples all;
    for (auto const& r : rounds)
        all.add(of(r));
    return all;
}

std::vector<standing> run_race(std::vector<contestant> const& all, unsigned rounds)
{
    std::vector<standing> standings;
    for (auto const& who : all)
        standings.push_back({who, {}, {}, {}});
    for (unsigned round = 0; round < rounds; ++round)
        for (auto& s : standings)
            if (s.counts())
            {
                std::fprintf(stderr, "  round %u of %u: %s\n", round + 1, rounds, s.who.name.c_str());
                run_once(s);
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
    if (s.counts())
        r.figure = s.figure(of);
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
