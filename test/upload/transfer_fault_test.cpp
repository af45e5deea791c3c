#include "skipping_clock.hpp"
#include "transfer_fixture.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::test;
using fault = fake_oss::fault;

namespace
{

char const* name_of(fault f)
{
    switch (f)
    {
    case fault::lost_before:
        return "lost before";
    case fault::lost_after:
        return "lost after";
    case fault::unavailable:
        return "503";
    case fault::denied:
        return "403";
    case fault::wrong_crc:
        return "wrong CRC-64";
    default:
        return "other";
    }
}

// Fails one request: the first, then the second, until none is left to fail.
template <class Check>
void at_every_step(std::size_t size, unsigned attempts, fault how, Check&& check)
{
    bool fired = true;
    for (unsigned step = 0; fired; ++step)
    {
        CAPTURE(size);
        CAPTURE(name_of(how));
        CAPTURE(step);
        transfer_fixture t;
        t.env.clock = std::make_shared<skipping_clock>();
        t.env.retry.attempts = attempts;
        t.content = patterned(size);
        fired = false;
        t.oss.on_call = [&](fake_oss::call const& c) {
            if (c.number != step)
                return fault::none;
            fired = true;
            return how;
        };
        check(t, t.send());
    }
}

}  // namespace

TEST_CASE("an upload survives one lost connection or 503, whichever request it hits")
{
    for (std::size_t size : {1'000u, 750'000u})
        for (auto how : {fault::lost_before, fault::lost_after, fault::unavailable})
            at_every_step(size, 4, how, [](transfer_fixture& t, result<receipt> const& got) {
                CHECK(got.has_value());
                CHECK(t.delivered());
                CHECK(t.oss.open_uploads.empty());
            });
}

TEST_CASE("without repeats an upload either arrives whole or fails and leaves no upload open")
{
    for (std::size_t size : {1'000u, 750'000u})
        for (auto how : {fault::lost_before, fault::lost_after, fault::unavailable, fault::denied, fault::wrong_crc})
            at_every_step(size, 1, how, [](transfer_fixture& t, result<receipt> const& got) {
                if (got)
                    CHECK(t.delivered());
                else
                {
                    CHECK_FALSE(got.error().operation.empty());
                    CHECK(got.error().resource.find("memory") != std::string::npos);
                }
                CHECK(t.oss.open_uploads.empty());
                CHECK(t.costs.orphans.size() == 0);
            });
}

TEST_CASE("the first failure is the story, not what it causes in the other parts")
{
    for (unsigned first = 1; first <= 8; ++first)
    {
        CAPTURE(first);
        transfer_fixture t;
        t.options.parts_in_flight = 8;
        t.oss.on_call = [&](fake_oss::call const& c) {
            if (!c.is_part())
                return fault::none;
            return c.query.at("partNumber") == std::to_string(first) ? fault::denied : fault::silent;
        };
        auto const got = t.send();
        REQUIRE(got.has_error());
        CHECK(got.error().service_code == "AccessDenied");
        CHECK(t.oss.in_flight == 0);
        CHECK(t.oss.open_uploads.empty());
    }
}
