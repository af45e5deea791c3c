#include "pool_fixture.hpp"

#include "net/places_behind.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace sluice;
using namespace sluice::net;
using namespace sluice::net::test;

namespace
{

// One connection that is busy, so that all others wait for it, one after the other.
struct queue_fixture : pool_fixture
{
    queue_fixture()
    {
        sizes.connections = 1;
        sizes.call_pipeline_depth = 1;
        begin("first");
        settle();
    }

    call& come(std::string name, priority p)
    {
        auto& c = make(std::move(name));
        c.what.importance = p;
        start(c);
        settle();
        return c;
    }

    // Answers what is under way; the name of what is sent next.
    std::string next()
    {
        auto const before = wire(0).sent.size();
        wire(0).say(answer("fine"));
        settle();
        auto const begins = wire(0).sent.find('/', before) + 1;
        return wire(0).sent.substr(begins, wire(0).sent.find(' ', begins) - begins);
    }

    std::string next_names(int n)
    {
        std::string all;
        for (; n > 0; --n)
            all += (all.empty() ? "" : " ") + next();
        return all;
    }
};

}  // namespace

TEST_CASE("those who wait are served by urgency, and in the order of coming within one")
{
    queue_fixture f;
    f.come("b1", priority::background);
    f.come("n1", priority::normal);
    f.come("h1", priority::high);
    f.come("n2", priority::normal);
    f.come("h2", priority::high);
    f.come("b2", priority::background);
    CHECK(f.next_names(6) == "h1 h2 n1 n2 b1 b2");
}

TEST_CASE("urgency counts for calls and objects alike")
{
    pool_fixture f;
    f.sizes.connections = 1;
    f.sizes.call_pipeline_depth = 1;
    f.sizes.part_pipeline_depth = 1;
    f.network->hold = true;
    struct row
    {
        char const* name;
        priority p;
        char const* body;
    };
    static constexpr row rows[] = {{"n-object", priority::normal, "bytes"}, {"b-call", priority::background, ""},
        {"h-object", priority::high, "bytes"}, {"h-call", priority::high, ""}};
    for (auto const& r : rows)
    {
        auto& c = f.make(r.name, r.body);
        c.what.importance = r.p;
        f.start(c);
        f.settle();
    }
    f.network->release();
    f.settle();
    for (int i = 0; i < 4; ++i)
    {
        f.wire(0).say(answer("fine"));
        f.settle();
    }
    std::size_t at = 0;
    for (std::string const name : {"h-object", "h-call", "n-object", "b-call"})
    {
        CAPTURE(name);
        auto const begins = f.wire(0).sent.find('/' + name + ' ');
        REQUIRE(begins != std::string::npos);
        CHECK(begins >= at);
        at = begins;
    }
}

TEST_CASE("who is less urgent is overtaken so often, and no more")
{
    struct row
    {
        priority waiting, others;
        std::uint64_t overtaken;
    };
    static constexpr row rows[] = {{priority::normal, priority::high, 63},
        {priority::background, priority::normal, 1024 - 64 - 1}, {priority::normal, priority::normal, 0}};
    for (auto const& r : rows)
    {
        CAPTURE(r.overtaken);
        queue_fixture f;
        f.come("patient", r.waiting);
        for (auto n = r.overtaken + 5; n > 0; --n)
            f.come("other", r.others);
        std::uint64_t overtaken = 0;
        while (f.next() != "patient")
            ++overtaken;
        CHECK(overtaken == r.overtaken);
    }
    CHECK(places_behind(priority::high) < places_behind(priority::normal));
    CHECK(places_behind(priority::normal) < places_behind(priority::background));
}

TEST_CASE("who waits may leave from anywhere in the line")
{
    for (std::string const leaving : {"h1", "h2", "n1", "n2", "b1"})
    {
        CAPTURE(leaving);
        queue_fixture f;
        std::vector<std::pair<std::string, call*>> all;
        for (auto const& [name, p] :
            {std::pair("n1", priority::normal), std::pair("h1", priority::high), std::pair("b1", priority::background),
                std::pair("h2", priority::high), std::pair("n2", priority::normal)})
            all.emplace_back(name, &f.come(name, p));
        for (auto const& [name, c] : all)
            if (name == leaving)
                c->cancel();
        f.settle();
        std::string left;
        for (std::string const name : {"h1", "h2", "n1", "n2", "b1"})
            if (name != leaving)
                left += (left.empty() ? "" : " ") + name;
        CHECK(f.next_names(4) == left);
    }
}

TEST_CASE("a failed connect fails those who waited for it, not a more urgent one that came after it had begun")
{
    pool_fixture f;
    f.sizes.connections = 1;
    f.network->hold = true;
    auto& normal = f.begin("normal");
    f.settle();
    auto& high = f.make("high");
    high.what.importance = priority::high;
    f.start(high);
    f.settle();
    CHECK(f.network->attempts == 1);
    f.network->refuse = error(errc::connect_failed, "nobody there");
    f.network->release();
    f.network->hold = true;  // the next
    f.settle();
    CHECK(normal.failed(errc::connect_failed));
    CHECK_FALSE(high.done());
    CHECK(f.network->attempts == 2);
    f.network->refuse.reset();
    f.network->release();
    f.settle();
    f.wire(0).say(answer("fine"));
    f.settle();
    CHECK(high.answered("fine"));
}
