#include "pool_fixture.hpp"

#include "net/pipeline.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::net;
using namespace sluice::net::test;
using namespace std::chrono_literals;
using place = pipeline::place;
using limit = pipeline::limit;

namespace
{

class plain_exchange final : public exchange
{
public:
    using exchange::exchange;

private:
    void notify() override {}
};

// The book of a connection, and its requests by name.
struct book_fixture
{
    pipeline book{20s, 60s, {.requests = 1, .bytes = 1000}, steady_time()};
    std::vector<std::unique_ptr<fake_request>> requests;
    steady_time now{};

    std::shared_ptr<exchange> make(bool harmless = true, lane in = lane::call)
    {
        auto& r = *requests.emplace_back(std::make_unique<fake_request>("x"));
        r.harmless = harmless;
        r.in = in;
        return std::make_shared<plain_exchange>(r, steady_time::max());
    }

    std::shared_ptr<exchange> push(bool harmless = true)
    {
        auto x = make(harmless);
        book.push(x);
        return x;
    }

    void send_all()
    {
        while (book.begin_writing(now))
            book.end_writing(0);
        book.flush_begins(now);
        book.flush_ended(now);
    }

    void answer_one()
    {
        book.bytes_came(now, 1);
        (void)book.answer_complete(now, 0);
    }
};

}  // namespace

TEST_CASE("room on a connection, by lane")
{
    book_fixture f;
    pipeline_depth const depth{2, false};
    pipeline_depth const alone{2, true};
    CHECK(f.book.has_room(*f.make(), alone));
    f.push();
    CHECK(f.book.has_room(*f.make(), depth));
    CHECK_FALSE(f.book.has_room(*f.make(), alone));
    CHECK(f.book.has_room(*f.make(true, lane::object), depth));
    f.push();
    CHECK_FALSE(f.book.has_room(*f.make(), depth));
    CHECK(f.book.has_room(*f.make(true, lane::object), depth));
    (void)f.book.stop_accepting();
    CHECK_FALSE(f.book.has_room(*f.make(), depth));
}

TEST_CASE("what becomes of each request when the connection ends")
{
    // Four requests: one answered before (if so), one on the wire, one on the wire that must not be sent twice, one not
    // sent yet. '+': sent again elsewhere, '-': fails.
    struct row
    {
        char const* what;
        ending why;
        bool used, answer_begun;
        char const* becomes;
    };
    static constexpr row rows[] = {
        {"kept too long", ending::lost, true, false, "+-+"},
        {"new", ending::lost, false, false, "--+"},
        {"in the middle of an answer", ending::lost, true, true, "--+"},
        {"announced", ending::announced, true, false, "+++"},
        {"garbage", ending::malformed, true, true, "--+"},
        {"stalled", ending::stalled, true, false, "--+"},
        {"no answer", ending::no_answer, true, false, "--+"},
        {"shut down", ending::shut_down, true, false, "---"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        book_fixture f;
        if (r.used)
        {
            f.push();
            f.send_all();
            f.answer_one();
        }
        f.push();
        f.push(false);
        f.send_all();
        f.push();
        if (r.answer_begun)
            f.book.bytes_came(f.now, 2);
        std::string becomes;
        for (auto const& l : f.book.end(r.why).left)
            becomes += l.again ? '+' : '-';
        CHECK(becomes == r.becomes);
        CHECK(f.book.is_empty());
    }
}

TEST_CASE("connections that keep dying under a request without an answer end it")
{
    book_fixture f;
    auto const x = f.make();
    unsigned tries = 0;
    for (bool again = true; again; ++tries)
    {
        REQUIRE(tries < 10);
        pipeline next(20s, 60s, {.requests = 1, .bytes = 1000}, f.now);
        next.push(f.make());
        while (next.begin_writing(f.now))
            next.end_writing(0);
        next.flush_begins(f.now);
        next.bytes_came(f.now, 1);
        (void)next.answer_complete(f.now, 0);
        next.push(x);
        (void)next.begin_writing(f.now);
        next.end_writing(0);
        next.flush_begins(f.now);
        auto const c = next.end(ending::lost);
        REQUIRE(c.left.size() == 1);
        again = c.left[0].again;
        CHECK_FALSE(c.broke_pipelining);
    }
    CHECK(tries == 4);
}

TEST_CASE("when a server breaks pipelining")
{
    struct row
    {
        char const* what;
        ending why;
        int answered_before, sent_together, answered_of_these;
        bool broken;
    };
    static constexpr row rows[] = {
        {"closed after one of several", ending::lost, 0, 3, 1, true},
        {"said so after one of several", ending::announced, 0, 3, 1, true},
        {"closed after one of several, later", ending::lost, 1, 3, 1, true},
        {"new, closed at once", ending::lost, 0, 3, 0, true},
        {"kept too long", ending::lost, 1, 3, 0, false},
        {"closed after several", ending::announced, 0, 5, 3, false},
        {"nothing was pipelined", ending::lost, 0, 1, 0, false},
        {"one was left", ending::lost, 0, 2, 2, false},
        {"our own doing", ending::given_up, 0, 3, 1, false},
        {"stalled", ending::stalled, 0, 3, 1, false},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        book_fixture f;
        for (int i = 0; i < r.answered_before; ++i)
        {
            f.push();
            f.send_all();
            f.answer_one();
        }
        for (int i = 0; i < r.sent_together; ++i)
            f.push();
        f.send_all();
        for (int i = 0; i < r.answered_of_these; ++i)
            f.answer_one();
        CHECK(f.book.end(r.why).broke_pipelining == r.broken);
    }
}

TEST_CASE("who leaves early, and when")
{
    book_fixture f;
    auto const sent = f.push();
    f.send_all();
    auto const writing = f.push();
    auto const queued = f.push();
    auto const stranger = f.make();
    REQUIRE(f.book.begin_writing(f.now) == writing);
    CHECK(f.book.leave(*stranger) == place::absent);
    CHECK(f.book.leave(*queued) == place::queued);
    CHECK(f.book.leave(*queued) == place::absent);
    CHECK(f.book.leave(*writing) == place::writing);
    CHECK(f.book.is_writing(*writing));
    CHECK(f.book.leave(*sent) == place::unanswered);
    CHECK(f.book.size() == 2);
    f.book.bytes_came(f.now, 1);
    CHECK(f.book.answer_complete(f.now, 0).by == nullptr);
}

TEST_CASE("only what may have left can be answered")
{
    book_fixture f;
    CHECK_FALSE(f.book.expects_answer());
    f.push();
    CHECK_FALSE(f.book.expects_answer());
    (void)f.book.begin_writing(f.now);
    CHECK_FALSE(f.book.expects_answer());
    f.book.flush_begins(f.now);
    CHECK(f.book.expects_answer());
    f.book.bytes_came(f.now, 1);
    CHECK(f.book.answer_complete(f.now, 0).early);
    CHECK(f.book.is_empty());
}

TEST_CASE("an answer is early until the last byte of its request has left")
{
    for (std::uint64_t const sent : {0u, 99u, 100u, 101u})
    {
        CAPTURE(sent);
        book_fixture f;
        f.push();
        f.push();
        (void)f.book.begin_writing(f.now);
        f.book.end_writing(100);
        (void)f.book.begin_writing(f.now);
        f.book.flush_begins(f.now);
        f.book.bytes_came(f.now, 1);
        CHECK(f.book.answer_complete(f.now, sent).early == (sent < 100));
    }
}

TEST_CASE("limits, and when to look next")
{
    book_fixture f;
    auto const t = [](std::chrono::seconds s) { return steady_time() + s; };
    CHECK(f.book.due() == steady_time::max());
    f.push();
    (void)f.book.begin_writing(t(0s));
    f.book.source_asked();
    CHECK(f.book.due() == steady_time::max());
    CHECK(f.book.check(t(100s), 0) == limit::none);
    f.book.source_answered(t(100s));
    f.book.flush_begins(t(100s));
    CHECK(f.book.due() == t(105s));
    CHECK(f.book.check(t(105s), 10) == limit::none);  // it moved
    CHECK(f.book.check(t(124s), 10) == limit::none);
    CHECK(f.book.due() == t(125s));
    CHECK(f.book.check(t(125s), 10) == limit::stalled);
    f.book.end_writing(0);
    f.book.flush_ended(t(130s));
    CHECK(f.book.due() == t(190s));
    CHECK(f.book.check(t(135s), 20) == limit::none);
    f.book.bytes_came(t(140s), 21);
    CHECK(f.book.check(t(159s), 21) == limit::none);
    CHECK(f.book.check(t(160s), 21) == limit::stalled);
    f.book.bytes_came(t(185s), 22);
    CHECK(f.book.check(t(189s), 22) == limit::none);
    CHECK(f.book.check(t(190s), 22) == limit::no_answer);  // begun, and not complete
}
