#include "emulator/fault_rules.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace sluice::emulator
{

namespace
{

request_event part(unsigned number, std::string_view key = "k")
{
    request_event event;
    event.service = "oss";
    event.operation = "UploadPart";
    event.key = key;
    event.part_number = number;
    return event;
}

request_event call(std::string_view operation)
{
    request_event event;
    event.service = "ims";
    event.operation = operation;
    return event;
}

fault_rule rule(std::string_view text)
{
    auto read = parse_fault_rule(text);
    REQUIRE_MESSAGE(read.has_value(), read.error().message);
    return std::move(*read);
}

// "x" for each request that meets the fault, "." for the others.
std::string outcome(std::string_view text, std::vector<request_event> const& events)
{
    fault_rules rules({rule(text)});
    std::string met;
    for (auto const& event : events)
        met += rules.choose(event) != nullptr ? 'x' : '.';
    return met;
}

}  // namespace

TEST_CASE("a rule chooses requests by what they are, and by their number among those")
{
    struct row
    {
        std::string_view rule, met;
    };
    static constexpr row rows[] = {
        {"reset_after", "x......"},
        {"reset_after,times=0", "xxxxxxx"},
        {"reset_after,service=ims,times=0", "x.....x"},
        {"reset_after,service=oss", ".x....."},
        {"UploadPart,reset_after,times=2", ".xx...."},
        {"UploadPart,reset_after,skip=2", "...x..."},
        {"UploadPart,reset_after,skip=1,times=3", "..xxx.."},
        {"UploadPart,reset_after,skip=3,times=0", "....xx."},
        {"UploadPart,reset_after,part=2,times=0", "..xx..."},
        {"UploadPart,reset_after,part=2,skip=1", "...x..."},
        {"UploadPart,reset_after,key=other,times=0", "....x.."},
        {"RefreshUploadMedia,reset_after,times=0", "......x"},
        {"expire_token,times=0", ".xxxxx."},    // of OSS
        {"drop_part,skip=4", ".....x."},        // of UploadPart
        {"corrupt_object,times=0", "......."},  // of CompleteMultipartUpload
        {"delay=1,skip=6", "......x"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.rule);
        CHECK(outcome(r.rule, {call("CreateUploadStream"), part(1), part(2), part(2), part(3, "other"), part(4),
                                  call("RefreshUploadMedia")}) == r.met);
    }
}

TEST_CASE("the first rule that is due is taken, and every rule counts what it matches")
{
    fault_rules rules({rule("UploadPart,part=2,reset_after"), rule("UploadPart,skip=1,times=2,wrong_crc")});
    CHECK(rules.choose(part(1)) == nullptr);
    auto const* const second = rules.choose(part(2));
    REQUIRE(second != nullptr);
    CHECK(second->what == fault::kind::reset_after);
    auto const* const third = rules.choose(part(3));
    REQUIRE(third != nullptr);
    CHECK(third->what == fault::kind::wrong_crc);
    CHECK(rules.choose(part(4)) == nullptr);
}

TEST_CASE("a rule is written as words")
{
    auto const all = rule("UploadPart,service=oss,key=a/b c.mp4,part=3,skip=4,times=2,status=429,code=SlowDown,"
                          "x-oss-qos-delay-time=200,retry-after=2,X-Acs-Retry-After=1500,delay=30");
    CHECK(all.service == "oss");
    CHECK(all.operation == "UploadPart");
    CHECK(all.key == "a/b c.mp4");
    CHECK(all.part_number == 3);
    CHECK(all.skip == 4);
    CHECK(all.times == 2);
    CHECK(all.effect.what == fault::kind::answer_status);
    CHECK(all.effect.status == 429);
    CHECK(all.effect.code == "SlowDown");
    CHECK(all.effect.fields == std::vector<std::pair<std::string, std::string>>{{"x-oss-qos-delay-time", "200"},
                                   {"Retry-After", "2"}, {"x-acs-retry-after", "1500"}});
    CHECK(all.effect.delay == std::chrono::milliseconds(30));

    auto const least = rule("reset_before");
    CHECK(least.operation.empty());
    CHECK(least.times == 1);
    CHECK(least.effect.what == fault::kind::reset_before);
    CHECK(rule("answer_status").effect.status == 503);
    CHECK(rule("delay=1").effect.what == fault::kind::none);
    CHECK(rule("reset_after,delay=1").effect.what == fault::kind::reset_after);
}

TEST_CASE("a rule that cannot be read names the word and what is allowed")
{
    struct row
    {
        std::string_view rule, says;
    };
    static constexpr row rows[] = {
        {"", "\"\" is neither an operation (CreateUploadStream, "},
        {"UplodPart,reset_after", "\"UplodPart\" is neither an operation (CreateUploadStream, "},
        {"UploadPart,reset", "\"reset\" is neither an operation"},
        {"UploadPart,reset", "nor a fault (reset_before, reset_after, "},
        {"UploadPart,reset", "nor one of service, key, part, "},
        {"UploadPart,reset_after,", "\"\" is neither an operation"},
        {"UploadPart,reset_after,prt=3", "\"prt\" is nothing that can be set: there are service, key, part, skip"},
        {"UploadPart,PutObject,reset_after", "two operations, UploadPart and PutObject"},
        {"UploadPart,reset_after,wrong_crc", "two faults, reset_after and wrong_crc"},
        {"UploadPart,reset_after,part=1,part=2", "says part twice"},
        {"UploadPart,reset_after,part=", "no value behind part="},
        {"UploadPart,reset_after,part=0", "part wants a number from 1 to 10000, not \"0\""},
        {"UploadPart,reset_after,part=10001", "part wants a number from 1 to 10000"},
        {"UploadPart,reset_after,times=-1", "times wants a number from 0 to 1000000000, not \"-1\""},
        {"UploadPart,reset_after,skip=x", "skip wants a number"},
        {"UploadPart,status=99", "status wants a number from 200 to 599, not \"99\""},
        {"UploadPart,code=a b", "code wants printable characters"},
        {"UploadPart,delay=3600001", "delay wants a number from 0 to 3600000"},
        {"UploadPart", "says no fault: those are delay, reset_before, "},
        {"UploadPart,delay=0", "says no fault"},
        {"UploadPart,reset_after,status=503", "status is for answer_status, and not for reset_after"},
        {"UploadPart,reset_after,Retry-After=1", "Retry-After is for answer_status"},
        {"reset_after,service=sts", "\"sts\" is no service: those are ims, oss"},
        {"UploadPart,reset_after,service=ims", "UploadPart is no operation of ims"},
        {"PutObject,reset_after,part=1", "PutObject has no part number"},
        {"CreateUploadStream,reset_after,key=k", "operations of ims have no key"},
        {"PutObject,drop_part", "drop_part cannot be done to PutObject: it is for UploadPart"},
        {"CreateUploadStream,expire_token",
            "expire_token cannot be done to CreateUploadStream: it is for operations of oss"},
        {"corrupt_body,service=ims", "corrupt_body is for operations of oss"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.rule);
        auto const read = parse_fault_rule(r.rule);
        REQUIRE(read.has_error());
        CAPTURE(read.error().message);
        CHECK(read.error().code == errc::invalid_argument);
        CHECK(read.error().message.starts_with('"' + std::string(r.rule) + "\" is no rule for faults: "));
        CHECK(read.error().message.find(r.says) != std::string::npos);
    }
}

}  // namespace sluice::emulator
