#include "net/pipeline_window.hpp"

#include <sluice/upload_options.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

using namespace sluice;
using namespace sluice::net;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace
{

// A line of one rate, and a server that answers each body some time after its last byte: what a connection sees of
// them, in a time of their own.
class model
{
public:
    model(window_limits limits, double rate_, nanoseconds latency_) : rate(rate_), latency(latency_), window(limits) {}

    // As many as the window allows are unanswered, until all have been answered.
    void send(unsigned bodies, std::uint64_t body)
    {
        for (auto left = bodies; left != 0 || !unanswered_.empty() || queued_ != 0;)
        {
            for (; left != 0 && window.has_room(load_, body); --left)
                push(body);
            step(body);
        }
    }

    // One every `pause`, whatever the window allows.
    void trickle(unsigned bodies, std::uint64_t body, nanoseconds pause)
    {
        for (auto next = now; bodies != 0; --bodies, next += pause)
        {
            while (!unanswered_.empty() && unanswered_.front().answer <= next)
                step(body);
            now = std::max(now, next);
            push(body);
            step(body);
            step(body);
        }
        while (!unanswered_.empty())
            step(body);
    }

    double rate;
    nanoseconds latency;
    pipeline_window window;
    steady_time now{};
    window_limits most{.requests = 0, .bytes = 0};  // unanswered at once

private:
    struct sent_body
    {
        pipeline_window::mark begun;
        std::uint64_t size;
        steady_time sent;
        steady_time answer;
    };

    void push(std::uint64_t body)
    {
        ++queued_;
        load_.requests += 1;
        load_.bytes += body;
        most = {std::max(most.requests, load_.requests), std::max(most.bytes, load_.bytes)};
    }

    // To the next event: a body has left, or an answer has come.
    void step(std::uint64_t body)
    {
        if (!writing_ && queued_ != 0)
        {
            --queued_;
            auto const took = nanoseconds(static_cast<std::int64_t>(static_cast<double>(body) / rate * 1e9));
            writing_ = {window.begin(now, unanswered_.empty()), body, now + took, now + took + latency};
        }
        else if (!writing_)
            window.ran_dry(load_);

        bool const answer_is_next = !unanswered_.empty() && (!writing_ || unanswered_.front().answer <= writing_->sent);
        if (answer_is_next)
            take_answer();
        else if (writing_)
        {
            now = std::max(now, writing_->sent);
            unanswered_.push_back(*std::exchange(writing_, std::nullopt));
        }
    }

    void take_answer()
    {
        auto const first = unanswered_.front();
        unanswered_.pop_front();
        now = std::max(now, first.answer);
        load_.requests -= 1;
        load_.bytes -= first.size;
        window.answered(now, first.begun, first.size, first.sent);
    }

    unsigned queued_ = 0;
    std::optional<sent_body> writing_;
    std::deque<sent_body> unanswered_;
    pipeline_window::load load_;
};

constexpr window_limits generous{.requests = 1000, .bytes = 64 * mib};

// Of the line, from the first byte to the last answer.
double share_used(model& m, unsigned bodies, std::uint64_t body)
{
    auto const begun = m.now;
    m.send(bodies, body);
    auto const took = std::chrono::duration<double>(m.now - begun).count();
    return static_cast<double>(bodies) * static_cast<double>(body) / m.rate / took;
}

}  // namespace

TEST_CASE("the line is full whatever the latency and the size of the bodies, a few answers after the start")
{
    struct row
    {
        char const* what;
        double rate;
        nanoseconds latency;
        std::uint64_t body;
        unsigned bodies;
        double share;  // the last answer's round trip taken in
    };
    static constexpr row rows[] = {
        {"parts, 1 Gbit/s, 50 ms", 125e6, 50ms, 8 * mib, 100, 0.97},
        {"small parts, 1 Gbit/s, 50 ms", 125e6, 50ms, mib, 500, 0.97},
        {"small parts, 1 Gbit/s, 200 ms", 125e6, 200ms, mib, 1000, 0.95},
        {"parts, 10 Gbit/s, 20 ms", 1250e6, 20ms, 8 * mib, 500, 0.97},
        {"small parts, 4 Gbit/s, 100 ms", 500e6, 100ms, mib, 3000, 0.95},
        {"small objects, 100 Mbit/s, 50 ms", 12.5e6, 50ms, 16 * kib, 5000, 0.97},
        {"parts, 10 Mbit/s, 100 ms", 1.25e6, 100ms, 8 * mib, 10, 0.99},
        {"no latency", 125e6, 0ms, mib, 100, 0.99},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        model m(generous, r.rate, r.latency);
        CHECK(share_used(m, r.bodies, r.body) >= r.share);
        CHECK(m.window.rate() == doctest::Approx(r.rate).epsilon(0.01));
        CHECK(m.window.latency() <= r.latency + 1us);
        CHECK(m.most.bytes <= 64 * mib);
    }
}

TEST_CASE("a window that was too small grows by its gain with every round trip")
{
    model m(generous, 500e6, 100ms);
    m.send(8, mib);
    auto const begun = m.now;
    m.send(60, mib);
    CHECK(m.most.bytes > 30 * mib);
    CHECK(m.now - begun < 5 * 100ms);
}

TEST_CASE("the limits hold, whatever was measured")
{
    struct row
    {
        char const* what;
        window_limits limits;
        nanoseconds latency;
        std::uint64_t body;
    };
    static constexpr row rows[] = {
        {"in requests", {.requests = 3, .bytes = 64 * mib}, 50ms, mib},
        {"in bytes", {.requests = 1000, .bytes = 4 * mib}, 50ms, mib},
        {"a disk that sleeps", {.requests = 100, .bytes = 32 * mib}, 30s, mib},
        {"a body as large as the limit", {.requests = 100, .bytes = 8 * mib}, 50ms, 8 * mib},
        {"one at a time", {.requests = 1, .bytes = 64 * mib}, 50ms, mib},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        model m(r.limits, 125e6, r.latency);
        m.send(300, r.body);
        CHECK(m.most.requests <= r.limits.requests);
        CHECK(m.most.bytes <= r.limits.bytes);
        CHECK(std::max<double>(double(m.most.bytes) / double(r.limits.bytes),
                  double(m.most.requests) / double(r.limits.requests)) > 0.99);
    }
}

TEST_CASE("one body may always go, and one without bytes if the number allows")
{
    pipeline_window const w({.requests = 2, .bytes = 1000});
    CHECK(w.has_room({0, 0}, 5000));
    CHECK_FALSE(w.has_room({1, 5000}, 1));
    CHECK(w.has_room({1, 5000}, 0));
    CHECK(w.has_room({1, 0}, 5000));
    CHECK_FALSE(w.has_room({2, 0}, 0));
    CHECK(w.has_room({1, 500}, 500));
    CHECK_FALSE(w.has_room({1, 500}, 501));
}

TEST_CASE("a window of two bodies has no need to be measured first, if they are of the default size")
{
    pipeline_window const w(generous);
    CHECK(w.has_room({1, 8 * mib}, 8 * mib));
    CHECK_FALSE(w.has_room({2, 16 * mib}, 8 * mib));
    CHECK_FALSE(w.has_room({1, 9 * mib}, 9 * mib));
}

TEST_CASE("a line that became slower is believed within some seconds, and one that became faster at once")
{
    model m(generous, 125e6, 50ms);
    m.send(200, mib);
    m.rate = 12.5e6;
    m.send(10, mib);
    CHECK(m.window.rate() == doctest::Approx(125e6).epsilon(0.01));
    m.send(150, mib);
    CHECK(m.window.rate() == doctest::Approx(12.5e6).epsilon(0.01));
    m.rate = 125e6;
    m.send(30, mib);
    CHECK(m.window.rate() == doctest::Approx(125e6).epsilon(0.05));
}

TEST_CASE("a way that became longer is believed within some seconds, and one that became shorter at once")
{
    model m(generous, 125e6, 10ms);
    m.send(100, mib);
    m.latency = 100ms;
    m.send(1500, mib);
    CHECK(m.window.latency() == 100ms);
    CHECK(share_used(m, 1000, mib) >= 0.95);
    m.latency = 10ms;
    m.send(1, mib);
    CHECK(m.window.latency() == 10ms);
}

TEST_CASE("too little to send says nothing against the line")
{
    model m(generous, 125e6, 50ms);
    m.send(200, mib);
    auto const rate = m.window.rate();
    m.trickle(1000, 64 * kib, 100ms);
    CHECK(m.window.rate() == rate);
    m.rate = 250e6;
    m.send(100, mib);
    CHECK(m.window.rate() > 1.9 * rate);
}
