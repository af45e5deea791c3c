#include "base/crc64.hpp"
#include "skipping_clock.hpp"
#include "transfer_fixture.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <span>

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;
using fault = fake_oss::fault;

namespace
{

// What becomes of Complete, and of the requests after it. Notes what was asked.
struct completion_fixture : transfer_fixture
{
    std::shared_ptr<skipping_clock> passing = std::make_shared<skipping_clock>();
    std::string asked;  // C Complete, H HEAD, A Abort
    fault at_complete = fault::done_silent;
    fault at_head = fault::none;
    fault at_abort = fault::none;

    completion_fixture()
    {
        use(passing);
        oss.on_call = [this](fake_oss::call const& c) {
            if (c.is_complete())
            {
                asked += 'C';
                return at_complete;
            }
            if (c.is_head())
            {
                asked += 'H';
                return at_head;
            }
            if (c.is_abort())
            {
                asked += 'A';
                return at_abort;
            }
            return fault::none;
        };
    }

    result<receipt> send_in(std::chrono::seconds budget) { return send(passing->steady_now() + budget); }
};

}  // namespace

TEST_CASE("a deadline during Complete yields the receipt when the object is stored")
{
    completion_fixture t;
    auto const begun = t.passing->steady_now();
    auto const got = t.send_in(30s);
    REQUIRE(got.has_value());
    CHECK(t.delivered());
    CHECK(t.asked == "CHA");
    CHECK(got->bytes == t.content.size());
    CHECK_FALSE(got->etag.empty());
    CHECK(t.costs.orphans.size() == 0);
    CHECK(t.passing->steady_now() - begun == 30s);
}

TEST_CASE("the end of the grant during Complete yields the receipt when the object is stored")
{
    completion_fixture t;
    t.grant.expires_in = 3000s;
    REQUIRE(t.send().has_value());
    CHECK(t.asked == "CHA");
}

TEST_CASE("a cancelled upload tells that its object was completed")
{
    for (auto const how : {fault::none, fault::done_silent, fault::lost_after})
    {
        CAPTURE(static_cast<int>(how));
        completion_fixture t;
        t.at_complete = how;
        t.oss.on_done = [&](fake_oss::call const& c) {
            if (c.is_complete())
                asio::post(t.context, [&] { t.stop.emit(asio::cancellation_type::terminal); });
        };
        auto const got = t.send();
        REQUIRE(got.has_error());
        CHECK(got.error().code == asio::error::operation_aborted);
        CHECK(got.error().message.find("had been completed") != std::string::npos);
        CHECK(got.error().recommendation.find("Delete the object") != std::string::npos);
        CHECK(t.delivered());
        CHECK(t.asked == "CHA");
        CHECK(t.costs.orphans.size() == 0);
    }
}

TEST_CASE("an equal object that was there before is a success, and leaves no upload open")
{
    struct row
    {
        char const* what;
        bool deadline;  // else the connection is lost each time
        fault at_abort;
        char const* asked;
        std::size_t left;
    };
    static constexpr row rows[] = {
        {"Complete does not arrive", false, fault::none, "CHCA", 0},
        {"nor does it, nor may it be aborted", false, fault::denied, "CHCA", 1},
        {"Complete hangs", true, fault::none, "CHA", 0},
        {"it hangs, and may not be aborted", true, fault::denied, "CHA", 1},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        completion_fixture t;
        t.oss.objects["cam/clip.mp4"] = t.content;
        t.at_complete = r.deadline ? fault::silent : fault::lost_before;
        t.at_abort = r.at_abort;
        auto const got = r.deadline ? t.send_in(30s) : t.send();
        REQUIRE(got.has_value());
        CHECK(t.asked == r.asked);
        CHECK(t.oss.open_uploads.size() == r.left);
        CHECK(t.costs.orphans.size() == r.left);
        CHECK(t.delivered());
    }
}

TEST_CASE("a Complete that did not arrive is done again although an equal object is there")
{
    completion_fixture t;
    t.oss.objects["cam/clip.mp4"] = t.content;
    t.oss.on_call = [&, first = true, next = t.oss.on_call](fake_oss::call const& c) mutable {
        next(c);
        return c.is_complete() && std::exchange(first, false) ? fault::lost_before : fault::none;
    };
    REQUIRE(t.send().has_value());
    CHECK(t.asked == "CHC");
    CHECK(t.oss.open_uploads.empty());
}

TEST_CASE("a cancelled upload does not take an equal object that was there before for its own")
{
    completion_fixture t;
    t.oss.objects["cam/clip.mp4"] = t.content;
    t.at_complete = fault::silent;
    t.oss.on_call = [&, next = t.oss.on_call](fake_oss::call const& c) {
        if (c.is_complete())
            asio::post(t.context, [&] { t.stop.emit(asio::cancellation_type::terminal); });
        return next(c);
    };
    auto const got = t.send();
    REQUIRE(got.has_error());
    CHECK(got.error().code == asio::error::operation_aborted);
    CHECK(got.error().recommendation.find("Delete the object") == std::string::npos);
    CHECK(t.asked == "CHA");
    CHECK(t.oss.open_uploads.empty());
}

TEST_CASE("a Complete that came to nothing is aborted, and the error is why it ended")
{
    completion_fixture t;
    t.at_complete = fault::silent;
    auto const got = t.send_in(30s);
    REQUIRE(got.has_error());
    CHECK(got.error().code == errc::deadline_exceeded);
    CHECK(got.error().recommendation.find("may exist") == std::string::npos);
    CHECK(t.asked == "CHA");
    CHECK(t.oss.open_uploads.empty());
    CHECK(t.oss.objects.empty());
}

TEST_CASE("an object that nobody can look at may exist")
{
    completion_fixture t;
    t.at_head = fault::denied;
    auto const got = t.send_in(30s);
    REQUIRE(got.has_error());
    CHECK(got.error().code == errc::deadline_exceeded);
    CHECK(got.error().recommendation.find("the object may exist") != std::string::npos);
    CHECK(t.asked == "CHAH");
}

TEST_CASE("an object that shows itself late is found when the abort meets no upload")
{
    completion_fixture t;
    t.at_head = fault::silent;
    t.oss.on_call = [&, first = true, next = t.oss.on_call](fake_oss::call const& c) mutable {
        auto const how = next(c);
        return c.is_head() && !std::exchange(first, false) ? fault::none : how;
    };
    CHECK(t.send_in(30s).has_value());
    CHECK(t.asked == "CHAH");
}

TEST_CASE("a Complete that is refused although it was done is found out by the abort")
{
    completion_fixture t;
    t.oss.on_call = [&, next = t.oss.on_call](fake_oss::call const& c) {
        if (c.is_complete())  // done behind our back
        {
            t.oss.objects[c.key] = t.content;
            t.oss.open_uploads.clear();
        }
        auto const how = next(c);
        return c.is_complete() ? fault::denied : how;
    };
    CHECK(t.send().has_value());
    CHECK(t.asked == "CAH");
}

TEST_CASE("a bad object is told to be stored, by whom, and is not aborted")
{
    for (std::size_t size : {1'000u, 750'000u})
    {
        CAPTURE(size);
        completion_fixture t;
        t.content = patterned(size);
        t.oss.on_call = [&](fake_oss::call const& c) {
            CHECK_FALSE(c.is_abort());
            return c.is_complete() || c.is_put() ? fault::wrong_crc : fault::none;
        };
        auto const got = t.send();
        REQUIRE(got.has_error());
        auto const& e = got.error();
        CHECK(e.code == errc::checksum_mismatch);
        CHECK(e.operation == (size == 1'000 ? "PutObject" : "CompleteMultipartUpload"));
        CHECK(e.resource == "memory (oss://b-ucket/cam/clip.mp4)");
        CHECK(e.host == "fake");
        CHECK(e.http_status == 200);
        CHECK(e.request_id == "650F1A2B3C4D5E6F70809010");
        CHECK(e.recommendation.find("is stored, was not deleted") != std::string::npos);
        CHECK(e.recommendation.find("don't use it") != std::string::npos);
    }
}

TEST_CASE("whatever ends an upload after a bad object was stored, the error tells of that object")
{
    struct row
    {
        char const* what;
        fault then;
        bool is_cancelled;
        std::chrono::seconds budget;
        error_code code;
    };
    row const rows[] = {
        {"refused", fault::denied, false, 100h, errc::service_error},
        {"connections lost", fault::lost_before, false, 100h, errc::connection_lost},
        {"deadline", fault::silent, false, 100s, errc::deadline_exceeded},
        {"end of the grant", fault::silent, false, 100h, errc::grant_expired},
        {"credential refused", fault::token_expired, false, 100h, errc::grant_expired},
        {"cancelled", fault::silent, true, 100h, asio::error::operation_aborted},
    };
    for (std::size_t const size : {1'000u, 750'000u})
        for (auto const& r : rows)
        {
            CAPTURE(size);
            CAPTURE(r.what);
            completion_fixture t;
            t.content = patterned(size);
            bool is_bad = false;
            t.oss.on_call = [&](fake_oss::call const& c) {
                if (is_bad && (c.is_put() || c.is_part()))
                {
                    if (r.is_cancelled)
                        asio::post(t.context, [&] { t.stop.emit(asio::cancellation_type::terminal); });
                    return r.then;
                }
                if (!c.is_put() && !c.is_complete())
                    return fault::none;
                is_bad = true;
                return fault::wrong_crc;
            };
            auto const got = t.send_in(r.budget);
            REQUIRE(got.has_error());
            auto const& e = got.error();
            CHECK(e.code == r.code);
            auto const ours = crc64(0, std::as_bytes(std::span(t.content)));
            CHECK(e.message.find("the server's CRC-64 of the object is 12345, that of the source is " +
                                 std::to_string(ours)) != std::string::npos);
            CHECK(e.recommendation.starts_with("Don't use the object"));
            CHECK(t.oss.open_uploads.empty());
        }
}

TEST_CASE("a bad object that was replaced is told of no more")
{
    completion_fixture t;
    bool once = true;
    t.oss.on_call = [&](fake_oss::call const& c) {
        return c.is_complete() && std::exchange(once, false) ? fault::wrong_crc : fault::none;
    };
    t.oss.on_done = [&](fake_oss::call const& c) {
        if (c.is_complete() && t.oss.parts_stored == 16)
            asio::post(t.context, [&] { t.stop.emit(asio::cancellation_type::terminal); });
    };
    auto const got = t.send();
    REQUIRE(got.has_error());
    CHECK(got.error().code == asio::error::operation_aborted);
    CHECK(got.error().message.find("had been completed") != std::string::npos);
    CHECK(got.error().message.find("not what was sent") == std::string::npos);
}

TEST_CASE("a bad part is told with its place, and says nothing of an object")
{
    for (auto const how : {fault::wrong_crc, fault::early_success})
    {
        CAPTURE(static_cast<int>(how));
        completion_fixture t;
        t.oss.on_call = [&](fake_oss::call const& c) {
            return c.is_part() && c.query.at("partNumber") == "3" ? how : fault::none;
        };
        auto const got = t.send();
        REQUIRE(got.has_error());
        auto const& e = got.error();
        CHECK(e.operation == "UploadPart");
        CHECK(e.resource == "memory (oss://b-ucket/cam/clip.mp4 part 3)");
        CHECK(e.host == "fake");
        CHECK(e.http_status == 200);
        CHECK(e.request_id == "650F1A2B3C4D5E6F70809010");
        CHECK(e.recommendation.find("object") == std::string::npos);
        CHECK(t.oss.open_uploads.empty());
    }
}

TEST_CASE("an object that states no CRC-64 is told to be stored")
{
    completion_fixture t;
    t.oss.on_call = [](fake_oss::call const& c) {
        return c.is_complete() || c.is_head() ? fault::no_crc : fault::none;
    };
    auto const got = t.send();
    REQUIRE(got.has_error());
    CHECK(got.error().operation == "CompleteMultipartUpload");
    CHECK(got.error().resource == "memory (oss://b-ucket/cam/clip.mp4)");
    CHECK(got.error().host == "fake");
    CHECK(got.error().recommendation.find("is stored") != std::string::npos);
}

TEST_CASE("a confirmed object that HEAD does not show is no receipt, nor called gone, nor aborted")
{
    completion_fixture t;
    t.oss.on_call = [&](fake_oss::call const& c) {
        CHECK_FALSE(c.is_abort());
        return c.is_complete() ? fault::no_crc : c.is_head() ? fault::denied : fault::none;
    };
    auto const got = t.send();
    REQUIRE(got.has_error());
    CHECK(got.error().service_code == "AccessDenied");
    CHECK(got.error().message.find("had confirmed that the object is stored") != std::string::npos);
}

TEST_CASE("secrets in etags and request ids stay out of receipts and errors")
{
    for (bool const good : {true, false})
    {
        CAPTURE(good);
        transfer_fixture t;
        t.grant.credentials = credentials("id", "SeCrEtKeY0123456789", "650F1A2B3C4D5E6F70809010xyz");
        t.oss.on_call = [&](fake_oss::call const& c) {
            return c.is_complete() && !good ? fault::wrong_crc : fault::none;
        };
        auto const got = t.send();
        CHECK(got.has_value() == good);
        CHECK((good ? got->request_id : got.error().request_id) == "***");
    }
}

TEST_CASE("a Complete that is refused for parts that are all there is made again")
{
    transfer_fixture t;
    t.oss.refusal_code = "InvalidPart";
    unsigned completes = 0;
    t.oss.on_call = [&](fake_oss::call const& c) {
        return c.is_complete() && ++completes == 1 ? fault::refused : fault::none;
    };
    auto const got = t.send();
    REQUIRE_MESSAGE(got.has_value(), got.error().describe());
    CHECK(t.delivered());
    CHECK(completes == 2);
    CHECK(t.oss.parts_stored == 8);
    CHECK(t.oss.open_uploads.empty());
}
