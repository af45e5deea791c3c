#include "support/contest.hpp"

#include "support/allocations.hpp"
#include "support/processor.hpp"

#include <algorithm>
#include <cassert>

namespace bench
{

namespace
{

constexpr unsigned usual_rounds = 15;
constexpr double usual_turn = 0.010;
constexpr double quick_turn = 0.002;

}  // namespace

contest::contest(std::string program, std::string job, options const& o, measure in)
    : program_(std::move(program)),
      job_(std::move(job)),
      rounds_(o.rounds(usual_rounds)),
      turn_(o.quick ? quick_turn : usual_turn),
      in_(std::move(in))
{}

contest::contest(std::string program, std::string job, options const& o)
    : contest(std::move(program), std::move(job), o, measure{})
{}

void contest::enter(role as, std::string name, std::function<void(std::size_t)> repeat)
{
    entrants_.push_back({as, std::move(name), std::move(repeat), 1, {}, 0, {}});
}

void contest::add_missing(role as, std::string name, std::string why)
{
    entrants_.push_back({as, std::move(name), {}, 0, {}, 0, std::move(why)});
}

void contest::run()
{
    for (auto& e : entrants_)
        if (e.missing.empty())
        {
            calibrate(e);
            count_allocations(e);
        }
    for (unsigned round = 0; round < rounds_; ++round)
        for (auto& e : entrants_)
            if (e.missing.empty())
                e.figure.add(take_turn(e));
}

// As many calls as fill a turn; warms up as it looks for them.
void contest::calibrate(entrant& e) const
{
    for (e.times = 1;; e.times *= 2)
    {
        auto const begin = thread_cpu_seconds();
        e.repeat(e.times);
        if (thread_cpu_seconds() - begin >= turn_ / 2)
            return;
    }
}

void contest::count_allocations(entrant& e)
{
    constexpr std::size_t calls = 100;  // more than one, as a cache may grow now and then
    auto const before = allocations();
    e.repeat(calls);
    e.allocations = static_cast<double>(allocations() - before) / calls;
}

double contest::take_turn(entrant const& e) const
{
    auto const begin = thread_cpu_seconds();
    e.repeat(e.times);
    auto const one = (thread_cpu_seconds() - begin) / static_cast<double>(e.times);
    return in_.bytes != 0 ? in_.bytes / one * 1e-9 : one * 1e9;
}

contest::entrant const* contest::find(std::string_view name) const noexcept
{
    auto const found = std::ranges::find(entrants_, name, &entrant::name);
    return found == entrants_.end() || !found->missing.empty() ? nullptr : &*found;
}

bool contest::has(std::string_view name) const noexcept
{
    return find(name) != nullptr;
}

double contest::median(std::string_view name) const
{
    auto const* const e = find(name);
    assert(e != nullptr);
    return e->figure.median();
}

std::vector<row> contest::rows() const
{
    std::vector<row> out;
    out.reserve(entrants_.size());
    for (auto const& e : entrants_)
        out.push_back(row_of(e));
    return out;
}

row contest::row_of(entrant const& e) const
{
    row r;
    r.program = program_;
    r.name = full_name(e);
    r.group = job_;
    r.unit = in_.unit;
    r.figure = e.figure;
    r.missing = e.missing;
    if (e.missing.empty())
        r.beside.emplace_back("allocations", e.allocations);
    if (e.as != role::own || e.figure.empty())
        return r;
    auto const mine = e.figure.median();
    for (auto const& other : entrants_)
        if (other.as != role::own && other.missing.empty())
        {
            auto const theirs = other.figure.median();
            auto const cost_ratio = in_.bytes != 0 ? theirs / mine : mine / theirs;
            r.ratios.push_back({full_name(other), cost_ratio, other.as == role::limit});
        }
    return r;
}

}  // namespace bench
