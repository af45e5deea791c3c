#include "net/retry_budget.hpp"

#include <doctest/doctest.h>

using namespace sluice::net;

namespace
{

unsigned take_all(retry_budget& from, unsigned at_most = 100'000)
{
    unsigned taken = 0;
    while (taken < at_most && from.take())
        ++taken;
    return taken;
}

void answer_well(retry_budget& to, unsigned times)
{
    while (times-- > 0)
        to.answered_well();
}

}  // namespace

TEST_CASE("so many repeats may be made, and one more for ten answers, up to what it began with")
{
    struct row
    {
        unsigned budget, answers, then;
    };
    static constexpr row rows[] = {
        {1, 0, 0}, {1, 9, 0}, {1, 10, 1}, {1, 1000, 1}, {100, 0, 0}, {100, 255, 25}, {100, 5000, 100}};
    for (auto const& r : rows)
    {
        CAPTURE(r.budget);
        CAPTURE(r.answers);
        retry_budget b(r.budget);
        CHECK(take_all(b) == r.budget);
        answer_well(b, r.answers);
        CHECK(take_all(b) == r.then);
    }
}

TEST_CASE("a full budget does not grow")
{
    retry_budget b(3);
    answer_well(b, 1000);
    CHECK(take_all(b) == 3);
}

TEST_CASE("a budget of zero is none")
{
    retry_budget b(0);
    CHECK(take_all(b) == 100'000);
    b.answered_well();
    CHECK(b.take());
}
