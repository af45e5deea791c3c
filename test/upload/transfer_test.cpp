#include "base/crc64.hpp"
#include "skipping_clock.hpp"
#include "transfer_fixture.hpp"

#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>

#include <span>

using namespace sluice;
using namespace sluice::test;
using fault = fake_oss::fault;

TEST_CASE("sizes around threshold and part arrive whole, as one put or in parts")
{
    struct row
    {
        std::size_t size;
        unsigned parts;
    };
    static constexpr row rows[] = {
        {0, 0}, {1, 0}, {100 * kib, 0}, {100 * kib + 1, 2}, {200 * kib, 2}, {200 * kib + 1, 3}, {1'000'000, 10}};
    for (auto const& r : rows)
    {
        CAPTURE(r.size);
        transfer_fixture t;
        t.content = patterned(r.size);
        auto const got = t.send();
        REQUIRE(got.has_value());
        CHECK(t.delivered());
        CHECK(got->parts == r.parts);
        CHECK(got->bytes == r.size);
        CHECK(got->crc64 == crc64(0, std::as_bytes(std::span(t.content.data(), t.content.size()))));
        CHECK(t.oss.open_uploads.empty());
    }
}

TEST_CASE("the receipt tells where the object is and what it took")
{
    transfer_fixture t;
    auto const got = t.send();
    REQUIRE(got.has_value());
    CHECK(got->media_id == "media");
    CHECK(got->file_url == "http://x/cam/clip.mp4");
    CHECK(got->endpoint == "https://oss-cn-shanghai.aliyuncs.com");
    CHECK(got->bucket == "b-ucket");
    CHECK(got->object_key == "cam/clip.mp4");
    CHECK(got->etag == "E" + std::to_string(got->crc64));
    CHECK(got->request_id == "650F1A2B3C4D5E6F70809010");
    CHECK(got->retries == 0);
}

TEST_CASE("no more parts are being sent than allowed, and as many as that")
{
    for (unsigned allowed : {1u, 3u, 8u})
    {
        CAPTURE(allowed);
        transfer_fixture t;
        t.options.parts_in_flight = allowed;
        REQUIRE(t.send().has_value());
        CHECK(t.oss.most_being_sent == allowed);
    }
}

TEST_CASE("a part that was sent whole makes place for the next, however late its answer comes")
{
    transfer_fixture t;
    t.options.parts_in_flight = 1;
    t.oss.may_answer = [&t] { return t.oss.calls == 1 || t.oss.calls >= 9; };  // Initiate, and then the eight parts
    REQUIRE(t.send().has_value());
    CHECK(t.oss.most_in_flight == 8);
    CHECK(t.oss.most_being_sent == 1);
}

TEST_CASE("one object after the other is sent through a turnstile of one, and none waits for an answer")
{
    transfer_fixture t;
    t.content = "small";
    t.env.turns = upload::turnstile::make(t.context.get_executor(), t.time, 1);
    t.oss.may_answer = [&t] { return t.oss.calls == 2; };
    memory_source from(asio::buffer(t.content));
    auto const plan = upload::open_and_plan(from, t.options);
    int stored = 0;
    auto upload_one = [&]() -> asio::awaitable<void> {
        upload::toll costs;
        auto const done = co_await upload::transfer(t.env, t.order_of(from, *plan), costs);
        stored += done.has_value() ? 1 : 0;
    };
    asio::co_spawn(t.context, upload_one(), asio::detached);
    asio::co_spawn(t.context, upload_one(), asio::detached);
    t.context.run();
    CHECK(stored == 2);
    CHECK(t.oss.most_being_sent == 1);
    CHECK(t.oss.most_in_flight == 2);
}

TEST_CASE("an object whose deadline passes at the turnstile sends nothing")
{
    transfer_fixture t;
    t.content = "small";
    t.use(std::make_shared<skipping_clock>());
    t.env.turns = upload::turnstile::make(t.context.get_executor(), t.time, 1);
    auto const inside = run(t.context, t.env.turns->enter(t.grant.bucket, steady_time::max()));
    REQUIRE(inside.has_value());
    auto const done = t.send(t.time->steady_now() + std::chrono::seconds(5));
    REQUIRE(done.has_error());
    CHECK(done.error().code == errc::deadline_exceeded);
    CHECK(done.error().operation == "upload");
    CHECK(t.oss.calls == 0);
}

TEST_CASE("an upload with a limit takes its time, and sends one part after the other")
{
    struct row
    {
        std::uint64_t own, all;
        unsigned being_sent;
    };
    static constexpr row rows[] = {{100'000, 0, 1}, {0, 100'000, 3}, {100'000, 300'000, 1}};
    for (auto const& r : rows)
    {
        CAPTURE(r.own);
        transfer_fixture t;
        auto const clock = std::make_shared<skipping_clock>();
        t.use(clock);
        t.options.bandwidth = r.own;
        t.env.bandwidth->set(r.all);
        auto const begun = clock->steady_now();
        REQUIRE(t.send().has_value());
        CHECK(t.delivered());
        auto const took = std::chrono::duration<double>(clock->steady_now() - begun).count();
        CHECK(took > 7);
        CHECK(took < 8);
        CHECK(t.oss.most_being_sent == r.being_sent);
    }
}

TEST_CASE("progress ends with everything sent and confirmed, and never goes back in what is confirmed")
{
    struct log
    {
        std::vector<upload_progress> seen;
        static void note(void* to, upload_progress const& p) { static_cast<log*>(to)->seen.push_back(p); }
    } seen;
    transfer_fixture t;
    t.options.on_progress = {.function = &log::note, .argument = &seen};
    bool once = true;
    t.oss.on_call = [&](fake_oss::call const& c) {
        return c.is_part() && std::exchange(once, false) ? fault::lost_after : fault::none;
    };
    REQUIRE(t.send().has_value());
    REQUIRE_FALSE(seen.seen.empty());
    for (std::size_t i = 1; i < seen.seen.size(); ++i)
    {
        CHECK(seen.seen[i].bytes_confirmed >= seen.seen[i - 1].bytes_confirmed);
        CHECK(seen.seen[i].bytes_sent <= t.content.size());
    }
    auto const& last = seen.seen.back();
    CHECK(last.bytes_total == t.content.size());
    CHECK(last.bytes_sent == t.content.size());
    CHECK(last.bytes_confirmed == t.content.size());
    CHECK(last.parts_total == 8);
    CHECK(last.parts_confirmed == 8);
    CHECK(last.retries == 1);
}

TEST_CASE("the progress of a whole object that is sent again begins anew")
{
    struct log
    {
        std::vector<upload_progress> seen;
        static void note(void* to, upload_progress const& p) { static_cast<log*>(to)->seen.push_back(p); }
    } seen;
    transfer_fixture t;
    t.options.on_progress = {.function = &log::note, .argument = &seen};
    bool once = true;
    t.oss.on_call = [&](fake_oss::call const& c) {
        return c.is_complete() && std::exchange(once, false) ? fault::wrong_crc : fault::none;
    };
    REQUIRE(t.send().has_value());
    for (auto const& p : seen.seen)
    {
        CHECK(p.bytes_sent <= p.bytes_total);
        CHECK(p.bytes_confirmed <= p.bytes_total);
        CHECK(p.parts_confirmed <= p.parts_total);
    }
    CHECK(seen.seen.back().bytes_confirmed == t.content.size());
    CHECK(seen.seen.back().parts_confirmed == 8);
}

TEST_CASE("no bytes are left of an upload that confirms more than it was to send")
{
    auto const time = system_clock();
    upload::progress_meter meter(*time, {}, nullptr, 100, 2);
    CHECK(meter.bytes_left() == 100);
    meter.confirmed(60, 0);
    CHECK(meter.bytes_left() == 40);
    meter.confirmed(60, 0);
    CHECK(meter.bytes_left() == 0);
    meter.begun(200, 4);
    CHECK(meter.bytes_left() == 200);
}

TEST_CASE("a part whose CRC-64 differs is sent again")
{
    transfer_fixture t;
    int wrong = 2;
    t.oss.on_call = [&](fake_oss::call const& c) {
        return c.is_part() && c.query.at("partNumber") == "3" && wrong-- > 0 ? fault::wrong_crc : fault::none;
    };
    auto const got = t.send();
    REQUIRE(got.has_value());
    CHECK(t.delivered());
    CHECK(got->retries == 2);
    REQUIRE(got->history.size() == 2);
    for (auto const& failed : got->history)
    {
        CHECK(failed.operation == "UploadPart");
        CHECK(failed.reason.find("part 3 is 12345") != std::string::npos);
    }
}

TEST_CASE("a receipt tells which attempts failed, whatever step they were for, and behind those of before")
{
    transfer_fixture t;
    unsigned number = 0;
    t.oss.on_call = [&](fake_oss::call const&) {
        ++number;
        return number == 1    ? fault::unavailable
               : number == 4  ? fault::lost_before
               : number == 12 ? fault::lost_after
                              : fault::none;
    };
    t.before.add("CreateUploadStream", "HTTP status 500");
    t.options.parts_in_flight = 1;
    auto const got = t.send();
    REQUIRE(got.has_value());
    std::vector<failed_attempt> const expected{{"CreateUploadStream", "HTTP status 500"},
        {"InitiateMultipartUpload", "HTTP status 503, ServiceUnavailable"}, {"UploadPart", "the connection was reset"},
        {"CompleteMultipartUpload", "the connection was reset"},
        {"CompleteMultipartUpload", "HTTP status 404, NoSuchUpload"}};
    CHECK(got->history == expected);
}

TEST_CASE("an error tells the attempts of the whole upload, the last ones of many")
{
    transfer_fixture t;
    t.oss.on_call = [](fake_oss::call const& c) {
        return c.is_part() && c.query.at("partNumber") == "3" ? fault::unavailable : fault::none;
    };
    for (int i = 0; i < 20; ++i)
        t.before.add("CreateUploadStream", std::to_string(i));
    auto const got = t.send();
    REQUIRE(got.has_error());
    auto const& history = got.error().history;
    REQUIRE(history.size() == 16);
    CHECK(history[0].reason == "8");
    for (std::size_t i = 12; i < 16; ++i)
        CHECK(history[i] == failed_attempt{"UploadPart", "HTTP status 503, ServiceUnavailable"});
}

TEST_CASE("a part whose CRC-64 differs is sent again after a pause, and out of the client's budget")
{
    transfer_fixture t;
    auto const passing = std::make_shared<skipping_clock>();
    t.use(passing);
    t.env.random = system_random();
    auto const budget = std::make_shared<net::retry_budget>(2);
    t.env.restraints.budget = budget;
    int tries = 0;
    t.oss.on_call = [&](fake_oss::call const& c) {
        bool const first = c.is_part() && c.query.at("partNumber") == "1";
        tries += first ? 1 : 0;
        return first ? fault::wrong_crc : fault::none;
    };
    t.options.parts_in_flight = 1;
    auto const begun = passing->steady_now();
    auto const got = t.send();
    REQUIRE(got.has_error());
    CHECK(got.error().code == errc::checksum_mismatch);
    CHECK(got.error().message.starts_with("the client's retry budget is spent: "));
    CHECK(tries == 3);
    CHECK(got.error().attempts == 3);
    CHECK(passing->steady_now() > begun);
}

TEST_CASE("a part whose CRC-64 always differs fails the upload, names both values and leaves nothing behind")
{
    transfer_fixture t;
    int tries = 0;
    t.oss.on_call = [&](fake_oss::call const& c) {
        bool const third = c.is_part() && c.query.at("partNumber") == "3";
        tries += third ? 1 : 0;
        return third ? fault::wrong_crc : fault::none;
    };
    auto const got = t.send();
    REQUIRE(got.has_error());
    CHECK(got.error().code == errc::checksum_mismatch);
    CHECK(got.error().message.find("part 3 is 12345") != std::string::npos);
    auto const part = std::as_bytes(std::span(t.content.data() + 200 * kib, 100 * kib));
    CHECK(got.error().message.find(std::to_string(crc64(0, part))) != std::string::npos);
    CHECK(tries == 4);
    CHECK(got.error().attempts == 4);
    CHECK(t.oss.open_uploads.empty());
    CHECK(t.oss.objects.empty());
}

TEST_CASE("a put whose CRC-64 differs is sent again, then given up")
{
    for (int wrong : {1, 100})
    {
        CAPTURE(wrong);
        transfer_fixture t;
        t.content = patterned(1000);
        t.oss.on_call = [left = wrong](fake_oss::call const& c) mutable {
            return c.is_put() && left-- > 0 ? fault::wrong_crc : fault::none;
        };
        auto const got = t.send();
        CHECK(got.has_value() == (wrong == 1));
        CHECK(t.costs.retries == (wrong == 1 ? 1 : 3));
        if (!got)
        {
            CHECK(got.error().code == errc::checksum_mismatch);
            CHECK(got.error().history.size() == 4);
            CHECK(got.error().operation == "PutObject");
        }
    }
}

TEST_CASE("a whole object whose CRC-64 differs is an error, never a receipt")
{
    transfer_fixture t;
    t.oss.on_call = [](fake_oss::call const& c) { return c.is_complete() ? fault::wrong_crc : fault::none; };
    auto const got = t.send();
    REQUIRE(got.has_error());
    CHECK(got.error().code == errc::checksum_mismatch);
    CHECK(got.error().message.find("the object is 12345") != std::string::npos);
}

TEST_CASE("where answers state no CRC-64, HEAD must prove the object")
{
    struct row
    {
        char const* what;
        std::function<bool(fake_oss::call const&)> silent;
        std::size_t size;
        bool proven;
    };
    row const rows[] = {
        {"parts", [](auto const& c) { return c.is_part(); }, 750'000, true},
        {"parts and completion", [](auto const& c) { return c.is_part() || c.is_complete(); }, 750'000, true},
        {"everything", [](auto const&) { return true; }, 750'000, false},
        {"put", [](auto const& c) { return c.is_put(); }, 1'000, true},
        {"put and head", [](auto const&) { return true; }, 1'000, false},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        transfer_fixture t;
        t.content = patterned(r.size);
        t.oss.on_call = [&](fake_oss::call const& c) { return r.silent(c) ? fault::no_crc : fault::none; };
        auto const got = t.send();
        CHECK(got.has_value() == r.proven);
        if (!got)
            CHECK(got.error().code == errc::malformed_response);
    }
}

TEST_CASE("a success before the body was sent proves nothing")
{
    for (std::size_t size : {1'000u, 750'000u})
    {
        transfer_fixture t;
        t.content = patterned(size);
        t.oss.on_call = [](fake_oss::call const& c) {
            return c.is_put() || c.is_part() ? fault::early_success : fault::none;
        };
        auto const got = t.send();
        REQUIRE(got.has_error());
        CHECK(got.error().code == errc::malformed_response);
        CHECK(t.oss.open_uploads.empty());
    }
}

TEST_CASE("a lost answer to Complete is settled by looking at the object")
{
    transfer_fixture t;
    t.oss.on_call = [](fake_oss::call const& c) { return c.is_complete() ? fault::lost_after : fault::none; };
    auto const got = t.send();
    REQUIRE(got.has_value());
    CHECK(t.delivered());
    CHECK(t.oss.open_uploads.empty());
}

TEST_CASE("a refused part fails the upload with the service's words and the names of file and object")
{
    transfer_fixture t;
    t.oss.on_call = [](fake_oss::call const& c) {
        return c.is_part() && c.query.at("partNumber") == "4" ? fault::denied : fault::none;
    };
    auto const got = t.send();
    REQUIRE(got.has_error());
    CHECK(got.error().code == errc::service_error);
    CHECK(got.error().service_code == "AccessDenied");
    CHECK(got.error().operation == "UploadPart");
    CHECK(got.error().resource == "memory (oss://b-ucket/cam/clip.mp4 part 4)");
    CHECK(got.error().request_id == "R1");
    CHECK(t.oss.open_uploads.empty());
}

TEST_CASE("an abort that fails leaves the upload id in the error and in the count of orphans")
{
    transfer_fixture t;
    t.oss.on_call = [](fake_oss::call const& c) {
        return c.is_part() || c.is_abort() ? fault::token_expired : fault::none;
    };
    auto const got = t.send();
    REQUIRE(got.has_error());
    CHECK(got.error().code == errc::grant_expired);
    CHECK(got.error().recommendation.find("new grant") != std::string::npos);
    REQUIRE(t.oss.open_uploads.size() == 1);
    CHECK(got.error().upload_id == t.oss.open_uploads.begin()->first);
    CHECK(t.costs.orphans.size() == 1);
}

TEST_CASE("an upload whose Initiate was lost is found and aborted, uploads of others are not")
{
    transfer_fixture t;
    t.oss.open_uploads["other-key"].key = "cam/clip.mp4.part";
    t.oss.open_uploads["has-parts"] = {.key = "cam/clip.mp4", .parts = {{1, "x"}}};
    bool once = true;
    t.oss.on_call = [&](fake_oss::call const& c) {
        return c.is_initiate() && std::exchange(once, false) ? fault::lost_after : fault::none;
    };
    auto const got = t.send();
    REQUIRE(got.has_value());
    CHECK(got->retries == 1);
    CHECK(t.oss.open_uploads.size() == 2);
    CHECK(t.oss.open_uploads.contains("other-key"));
    CHECK(t.oss.open_uploads.contains("has-parts"));
}

TEST_CASE("with the account's own key nothing of an unknown origin is aborted")
{
    transfer_fixture t;
    t.grant.credentials.security_token = secret_string();
    t.oss.open_uploads["somebody's"].key = "cam/clip.mp4";
    bool once = true;
    t.oss.on_call = [&](fake_oss::call const& c) {
        return c.is_initiate() && std::exchange(once, false) ? fault::lost_after : fault::none;
    };
    REQUIRE(t.send().has_value());
    CHECK(t.oss.open_uploads.contains("somebody's"));
}

TEST_CASE("what cannot work is refused before any request")
{
    struct row
    {
        char const* what;
        std::function<void(transfer_fixture&)> spoil;
        errc code;
    };
    row const rows[] = {
        {"no access key", [](auto& t) { t.grant.credentials = credentials(); }, errc::no_credentials},
        {"no secret", [](auto& t) { t.grant.credentials.access_key_secret = secret_string(); }, errc::no_credentials},
        {"bad endpoint", [](auto& t) { t.grant.endpoint = "ftp://x"; }, errc::invalid_argument},
        {"no bucket", [](auto& t) { t.grant.bucket = ""; }, errc::invalid_argument},
        {"no key", [](auto& t) { t.grant.object_key = ""; }, errc::invalid_argument},
        {"bad part size", [](auto& t) { t.options.part_size = 1; }, errc::invalid_argument},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        transfer_fixture t;
        r.spoil(t);
        auto const got = t.send();
        REQUIRE(got.has_error());
        CHECK(got.error().code == r.code);
        CHECK(got.error().resource.find("memory") != std::string::npos);
        CHECK(t.oss.calls == 0);
    }
}

TEST_CASE("the deadline ends an upload between two steps, and the abort has a limit of its own")
{
    auto const passing = std::make_shared<skipping_clock>();
    transfer_fixture t;
    t.env.clock = passing;
    t.oss.on_call = [&](fake_oss::call const& c) {
        if (c.is_part())
            passing->advance(std::chrono::seconds(10));
        return fault::none;
    };
    auto const got = t.send(passing->steady_now() + std::chrono::seconds(25));
    REQUIRE(got.has_error());
    CHECK(got.error().code == errc::deadline_exceeded);
    CHECK(got.error().resource.find("memory") != std::string::npos);
    CHECK(t.oss.open_uploads.empty());
    CHECK(t.oss.objects.empty());
}
