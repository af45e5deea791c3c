#include "net/attempt_log.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::net;

namespace
{

attempt_log log_of(int from, int to)
{
    attempt_log log;
    for (int i = from; i < to; ++i)
        log.add("UploadPart", std::to_string(i));
    return log;
}

}  // namespace

TEST_CASE("a log keeps the latest failures, oldest first")
{
    auto const log = log_of(0, 40);
    CHECK(log.count() == 40);
    auto const all = log.last(attempt_log::in_receipt);
    REQUIRE(all.size() == 32);
    CHECK(all.front() == failed_attempt{"UploadPart", "8"});
    CHECK(all.back() == failed_attempt{"UploadPart", "39"});
    auto const few = log.last(attempt_log::in_error);
    REQUIRE(few.size() == 16);
    CHECK(few.front().reason == "24");
    CHECK(attempt_log().last(16).empty());
}

TEST_CASE("one log behind the other is as if all had come to one")
{
    auto log = log_of(0, 40);
    log.append(log_of(40, 50));
    CHECK(log.count() == 50);
    CHECK(log.last(32) == log_of(0, 50).last(32));
    log.append(log_of(0, 100));
    CHECK(log.count() == 150);
    CHECK(log.last(1).front().reason == "99");
}
