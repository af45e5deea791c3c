// What there can be many of: idle connections, handshakes, uploads in flight, and io_contexts.
#include "support/options.hpp"
#include "support/race.hpp"
#include "support/table.hpp"

#include <memory>
#include <string>

namespace
{

using bench::report;
using bench::sink_process;
using bench::standing;
using words = std::vector<std::string>;

std::string text(std::uint64_t number)
{
    return std::to_string(number);
}

// Some contestants, and what there is to be told of them.
class subject
{
public:
    subject(std::string group, std::string unit, double (*figure)(report const&))
        : group_(std::move(group)), unit_(std::move(unit)), figure_(figure)
    {}
    virtual ~subject() = default;
    subject(subject const&) = delete;
    subject& operator=(subject const&) = delete;

    [[nodiscard]] std::vector<bench::contestant> const& all() const noexcept { return all_; }
    [[nodiscard]] bool has(standing const& s) const { return s.who.name.starts_with(name("")); }

    virtual void add_rows(bench::table& to, standing const& s) const = 0;
    virtual void compare(bench::table& rows) const = 0;

protected:
    void add(std::string const& who, char const* worker, words arguments, sink_process& against, unsigned processors)
    {
        all_.push_back({name(who), worker, std::move(arguments), &against, processors});
    }
    void add(std::string const& who, char const* worker, words arguments, sink_process& against)
    {
        add(who, worker, std::move(arguments), against, 1);
    }

    [[nodiscard]] std::string name(std::string const& who) const { return group_ + ", " + who; }

    [[nodiscard]] bench::row row_of(standing const& s) const
    {
        auto r = bench::row_of("scale", s, unit_, figure_);
        r.group = group_;
        return r;
    }

private:
    std::string group_;
    std::string unit_;
    double (*figure_)(report const&);
    std::vector<bench::contestant> all_;
};

double kib_each(report const& r)
{
    return r.beside.at("KiB");
}

double cpu_per_connection(report const& r)
{
    return r.used.cpu() / r.beside.at("connections") * 1e6;
}

// Opened one by one, as a daemon's come about, each with a call on it; no call is answered before all are there.
class idle_connections : public subject
{
public:
    explicit idle_connections(bench::options const& o)
        : subject("memory of an idle connection", "KiB", &kib_each),
          few_(o.quick ? 100 : 1000),
          many_(2 * few_),
          sink_of_few_({"--gather", text(few_)}),
          sink_of_many_({"--gather", text(many_)})
    {
        enter(few_, sink_of_few_);
        enter(many_, sink_of_many_);
    }

    void add_rows(bench::table& to, standing const& s) const override
    {
        auto r = row_of(s);
        if (s.counts())
        {
            auto const heap = s.figure([](report const& x) { return x.beside.at("heap KiB"); });
            r.beside.emplace_back("KiB of heap", heap.median());
            r.beside.emplace_back("client us/call of one call on each", s.figure(&cpu_per_connection).median());
        }
        to.add(std::move(r));
    }

    void compare(bench::table& rows) const override
    {
        for (auto const count : {few_, many_})
        {
            rows.compare(name(own(count)), name(peer(count)), bench::table::role::peer);
            rows.goal_at_most(name(own(count)), "against asio::ssl::stream", 0.35, name(peer(count)));
        }
    }

private:
    static std::string own(std::uint64_t count) { return "sluice, " + text(count) + " connections"; }
    static std::string peer(std::uint64_t count) { return "asio::ssl::stream, " + text(count) + " connections"; }

    void enter(std::uint64_t count, sink_process& sink)
    {
        words const arguments = {"--do", "idle", "--connections", text(count)};
        add(own(count), "workers/worker-sluice-connections", arguments, sink);
        add(peer(count), "workers/worker-asio-connections", arguments, sink);
    }

    std::uint64_t few_;
    std::uint64_t many_;
    sink_process sink_of_few_;
    sink_process sink_of_many_;
};

// A connection for each call, one after the other.
class handshakes : public subject
{
public:
    explicit handshakes(bench::options const& o)
        : subject("connecting, TLS handshake and one call", "us/connection", &cpu_per_connection),
          sink_for_full_({"--close-each", "--no-tickets"}),
          sink_for_resumed_({"--close-each"})
    {
        auto const count = text(o.quick ? 50 : 500);
        enter(full, count, sink_for_full_);
        enter(resumed, count, sink_for_resumed_);
    }

    void add_rows(bench::table& to, standing const& s) const override
    {
        auto r = row_of(s);
        if (s.counts())
        {
            auto const rate = s.figure([](report const& x) { return x.beside.at("connections") / x.used.wall; });
            r.beside.emplace_back("one after the other a second", rate.median());
            r.beside.emplace_back("a second of client CPU", 1e6 / r.figure.median());
        }
        to.add(std::move(r));
    }

    void compare(bench::table& rows) const override
    {
        for (std::string const kind : {full, resumed})
        {
            rows.compare(name("sluice" + kind), name("raw OpenSSL" + kind), bench::table::role::limit);
            rows.compare(name("sluice" + kind), name("asio::ssl::stream" + kind), bench::table::role::peer);
        }
    }

private:
    static constexpr char const* full = ", full";
    static constexpr char const* resumed = ", resumed";

    void enter(std::string const& kind, std::string const& count, sink_process& sink)
    {
        words const arguments = {"--do", "handshakes", "--connections", count};
        add("sluice" + kind, "workers/worker-sluice-connections", arguments, sink);
        add("asio::ssl::stream" + kind, "workers/worker-asio-connections", arguments, sink);
        add("raw OpenSSL" + kind, "workers/worker-raw-handshakes", {"--connections", count}, sink);
    }

    sink_process sink_for_full_;
    sink_process sink_for_resumed_;
};

double cpu_per_upload(report const& r)
{
    return r.used.cpu() / r.beside.at("uploads") * 1e6;
}

double wall_per_upload(report const& r)
{
    return r.used.wall / r.beside.at("uploads") * 1e6;
}

// All begun at once by one client with the limits that it has by default. Answers come a little late, so that uploads
// wait for them.
class uploads_in_flight : public subject
{
public:
    explicit uploads_in_flight(bench::options const& o)
        : subject("memory of an upload in flight", "KiB", &kib_each),
          few_(o.quick ? 100 : 1000),
          many_(10 * few_),
          sink_({"--delay-ms", "1"})
    {
        for (auto const count : {few_, many_})
        {
            add(own(count, whole), worker, {"--objects", text(count), "--size", "16384"}, sink_);
            add(own(count, in_parts), worker, {"--objects", text(count), "--size", "204800", "--part-size", "102400"},
                sink_);
        }
    }

    // What it costs is of the same runs.
    void add_rows(bench::table& to, standing const& s) const override
    {
        to.add(row_of(s));
        auto r = bench::row_of("scale", s, "us/upload", &cpu_per_upload);
        r.group = cost;
        r.name = cost + s.who.name.substr(name("").size() - 2);
        if (s.counts())
            r.beside.emplace_back("wall us/upload", s.figure(&wall_per_upload).median());
        to.add(std::move(r));
    }

    // Were there anything that grows with the square of their number, it would show here.
    void compare(bench::table& rows) const override
    {
        for (auto const* const kind : {whole, in_parts})
            rows.goal_at_most(cost + ", " + own(many_, kind), "of the cost of each of a tenth as many", 1.25,
                cost + ", " + own(few_, kind));
    }

private:
    static constexpr char const* worker = "workers/worker-sluice-in-flight";
    static constexpr char const* whole = "16 KiB each";
    static constexpr char const* in_parts = "2 parts of 100 KiB each";

    static std::string own(std::uint64_t count, char const* kind)
    {
        return "sluice, " + text(count) + " at once, " + kind;
    }

    std::string cost = "cost of an upload in flight";
    std::uint64_t few_;
    std::uint64_t many_;
    sink_process sink_;
};

double uploads_per_second(report const& r)
{
    return r.beside.at("uploads") / r.used.wall;
}

// The sink runs on the second processor, and shares it with a client that uses both: there is no more to gain than what
// the sink leaves of it. Whether contexts are in each other's way is told by what an upload costs.
class client_for_each_context : public subject
{
public:
    explicit client_for_each_context(bench::options const& o)
        : subject("64 KiB uploads, a client for each io_context", "uploads/s", &uploads_per_second), sink_(words{})
    {
        auto const count = text(o.quick ? 1000 : 10'000);
        enter("sluice, 1 context, 1 processor", {"--contexts", "1", "--threads", "1", "--objects", count}, 1);
        enter("sluice, 2 contexts, 1 processor", {"--contexts", "2", "--threads", "2", "--objects", count}, 1);
        enter("sluice, 2 contexts, the sink's processor too", {"--contexts", "2", "--threads", "2", "--objects", count},
            2);
        enter("sluice, 1 context of 2 threads, the sink's too",
            {"--contexts", "1", "--threads", "2", "--objects", count}, 2);
    }

    void add_rows(bench::table& to, standing const& s) const override
    {
        auto r = row_of(s);
        bool const alone = s.who.processors == 1;
        r.parameters = {{"client on", alone ? "processor 0" : "processors 0 and 1"},
            {"sink on", alone ? "processor 1" : "processor 1, shared with the client"}};
        if (s.counts())
            r.beside.emplace_back("client us/upload", s.figure(&cpu_per_upload).median());
        to.add(std::move(r));
    }

    void compare(bench::table&) const override {}

private:
    void enter(std::string const& who, words arguments, unsigned processors)
    {
        add(who, "workers/worker-sluice-contexts", std::move(arguments), sink_, processors);
    }

    sink_process sink_;
};

}  // namespace

int main(int argc, char** argv)
{
    auto const o = bench::read_options(argc, argv);
    std::vector<std::unique_ptr<subject>> subjects;
    subjects.push_back(std::make_unique<idle_connections>(o));
    subjects.push_back(std::make_unique<handshakes>(o));
    subjects.push_back(std::make_unique<uploads_in_flight>(o));
    subjects.push_back(std::make_unique<client_for_each_context>(o));

    std::vector<bench::contestant> all;
    for (auto const& s : subjects)
        all.insert(all.end(), s->all().begin(), s->all().end());
    auto const standings = bench::run_race(all, o, 3);

    bench::table rows;
    for (auto const& subject : subjects)
    {
        for (auto const& standing : standings)
            if (subject->has(standing))
                subject->add_rows(rows, standing);
        subject->compare(rows);
    }
    rows.emit_all();
}
