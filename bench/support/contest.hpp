#pragma once

#include "support/options.hpp"
#include "support/row.hpp"
#include "support/samples.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bench
{

// Several ways of doing one job, timed on one processor by turns, so that what disturbs the machine disturbs all alike.
// Every way is called over and over with its data in the cache: the figure is what the work costs when it is warm.
class contest
{
public:
    enum class role
    {
        own,
        peer,
        limit  // what the machine can do
    };

    // What the figures are told in.
    struct measure
    {
        std::string unit = "ns";
        double bytes = 0;  // that one call handles; not 0: the figure is 10^9 of them a second
    };

    // `job`: what all of them do, such as "credential pair".
    contest(std::string program, std::string job, options const& o, measure in);
    contest(std::string program, std::string job, options const& o);

    // `once` does the job one time.
    template <class F>
    void add(role as, std::string name, F const& once)
    {
        enter(as, std::move(name), [once](std::size_t times) {
            for (; times != 0; --times)
                once();
        });
    }
    void add_missing(role as, std::string name, std::string why);

    // Run once, in order: warm-up, then all the rounds.
    void run();

    // Those of ours have a ratio to every peer and limit. After run().
    [[nodiscard]] std::vector<row> rows() const;
    [[nodiscard]] double median(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const noexcept;  // it took part, and is not missing

private:
    struct entrant
    {
        role as;
        std::string name;
        std::function<void(std::size_t times)> repeat;
        std::size_t times = 1;  // in one turn
        samples figure;
        double allocations = 0;  // of one call
        std::string missing;
    };

    void enter(role as, std::string name, std::function<void(std::size_t)> repeat);
    void calibrate(entrant& e) const;
    static void count_allocations(entrant& e);
    [[nodiscard]] double take_turn(entrant const& e) const;
    [[nodiscard]] entrant const* find(std::string_view name) const noexcept;
    [[nodiscard]] row row_of(entrant const& e) const;
    [[nodiscard]] std::string full_name(entrant const& e) const { return job_ + ", " + e.name; }

    std::string program_;
    std::string job_;
    unsigned rounds_;
    double turn_;  // seconds
    measure in_;
    std::vector<entrant> entrants_;
};

}  // namespace bench
