#include "skipping_clock.hpp"
#include "transfer_fixture.hpp"
#include "upload/checkpoint_file.hpp"
#include "upload/checkpoint_keeper.hpp"

#include <boost/asio/error.hpp>
#include <doctest/doctest.h>

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <set>

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;
using fault = fake_oss::fault;

namespace
{

std::string text_of(std::string const& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// While it lives, writing to a file fails as on a full disk: EFBIG, in place of ENOSPC.
class no_file_grows
{
public:
    no_file_grows()
    {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        auto none = before_;
        none.rlim_cur = 0;
        ::setrlimit(RLIMIT_FSIZE, &none);
    }
    no_file_grows(no_file_grows const&) = delete;
    no_file_grows& operator=(no_file_grows const&) = delete;
    ~no_file_grows()
    {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, signalled_before_);
    }

private:
    void (*signalled_before_)(int) = std::signal(SIGXFSZ, SIG_IGN);
    rlimit before_{};
};

// A file that goes up with a checkpoint, in attempts of which each is like a process of its own.
struct resume_fixture : transfer_fixture
{
    temporary_folder folder;
    std::string file = folder.write("clip.mp4", content);
    std::string where = folder.path("clip.sluice");
    std::multiset<unsigned> sent;  // part numbers that were stored
    std::vector<std::pair<upload_event_kind, std::string>> events;
    std::function<fault(fake_oss::call const&)> what_happens = [](fake_oss::call const&) { return fault::none; };

    resume_fixture()
    {
        is_of_stream = false;
        options.on_event = {.function =
                                [](void* to, upload_event const& e) {
                                    static_cast<resume_fixture*>(to)->events.emplace_back(e.kind, e.text);
                                },
            .argument = this};
        oss.on_call = [this](fake_oss::call const& c) { return what_happens(c); };
        oss.on_done = [this](fake_oss::call const& c) {
            if (c.is_part())
                sent.insert(static_cast<unsigned>(std::stoul(c.query.at("partNumber"))));
        };
    }

    result<receipt> attempt()
    {
        events.clear();
        sent.clear();
        costs = {};
        file_source from(file);
        auto const plan = upload::open_and_plan(from, options);
        if (!plan)
            return plan.error();
        upload::checkpoint_keeper kept(env, options, where);
        auto loaded = run(context, kept.load(from, "oss://b-ucket/cam/clip.mp4"));
        if (!loaded)
            return loaded.error();
        remembered = kept.is_on() ? &kept : nullptr;
        auto done = run(context, upload::transfer(env, order_of(from, *plan), costs), &stop);
        remembered = nullptr;
        return done;
    }

    // Leaves an upload with some parts, and its checkpoint.
    void leave_unfinished(unsigned parts = 4)
    {
        what_happens = [parts](fake_oss::call const& c) {
            return c.is_part() && std::stoul(c.query.at("partNumber")) > parts ? fault::denied : fault::none;
        };
        options.parts_in_flight = 1;
        REQUIRE(attempt().has_error());
        REQUIRE(oss.open_uploads.size() == 1);
        REQUIRE(oss.open_uploads.begin()->second.parts.size() == parts);
        what_happens = [](fake_oss::call const&) { return fault::none; };
    }

    [[nodiscard]] bool saw(upload_event_kind kind) const
    {
        return std::any_of(events.begin(), events.end(), [kind](auto const& e) { return e.first == kind; });
    }
    [[nodiscard]] bool is_there() const { return std::filesystem::exists(where); }
};

}  // namespace

TEST_CASE("an upload that ends well leaves no checkpoint")
{
    resume_fixture t;
    bool was_there = false;
    t.what_happens = [&](fake_oss::call const& c) {
        was_there = was_there || (c.is_part() && t.is_there());
        return fault::none;
    };
    REQUIRE(t.attempt().has_value());
    CHECK(was_there);
    CHECK_FALSE(t.is_there());
    CHECK(t.events.empty());
}

TEST_CASE("a failed upload is kept for its checkpoint, and goes on where it was")
{
    resume_fixture t;
    t.leave_unfinished();
    CHECK(t.costs.orphans.empty());
    auto const got = t.attempt();
    REQUIRE(got.has_value());
    CHECK(t.delivered());
    CHECK(t.sent == std::multiset<unsigned>{5, 6, 7, 8});
    CHECK(t.saw(upload_event_kind::resumed));
    CHECK_FALSE(t.is_there());
    CHECK(t.oss.open_uploads.empty());
}

TEST_CASE("the error of a kept upload names its id")
{
    resume_fixture t;
    t.what_happens = [](fake_oss::call const& c) { return c.is_part() ? fault::denied : fault::none; };
    auto const got = t.attempt();
    REQUIRE(got.has_error());
    CHECK(got.error().upload_id == t.oss.open_uploads.begin()->first);
    CHECK(got.error().message.find("to be resumed") != std::string::npos);
}

TEST_CASE("parts are kept wherever they lie, and only those that hold the bytes of the source")
{
    struct row
    {
        char const* what;
        std::function<void(std::map<unsigned, std::string>&)> change;
        std::multiset<unsigned> sent;
    };
    row const rows[] = {
        {"gaps", [](auto& parts) { parts.erase(2); }, {2, 5, 6, 7, 8}},
        {"other bytes", [](auto& parts) { parts[3][0] ^= 1; }, {3, 5, 6, 7, 8}},
        {"another size", [](auto& parts) { parts[4] += 'x'; }, {4, 5, 6, 7, 8}},
        {"a number beyond", [](auto& parts) { parts[9] = "x"; }, {5, 6, 7, 8}},
        {"none left", [](auto& parts) { parts.clear(); }, {1, 2, 3, 4, 5, 6, 7, 8}},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        resume_fixture t;
        t.leave_unfinished();
        r.change(t.oss.open_uploads.begin()->second.parts);
        auto const got = t.attempt();
        REQUIRE(got.has_value());
        CHECK(t.delivered());
        CHECK(t.sent == r.sent);
    }
}

TEST_CASE("a resume with every part there completes at once")
{
    resume_fixture t;
    bool first = true;
    t.what_happens = [&](fake_oss::call const& c) { return c.is_complete() && first ? fault::denied : fault::none; };
    REQUIRE(t.attempt().has_error());
    first = false;
    REQUIRE(t.attempt().has_value());
    CHECK(t.delivered());
    CHECK(t.sent.empty());
}

TEST_CASE("an object that was completed before the checkpoint could go is found, and not sent again")
{
    resume_fixture t;
    t.leave_unfinished(7);
    auto const written = text_of(t.where);
    REQUIRE(t.attempt().has_value());
    std::ofstream(t.where, std::ios::binary) << written;
    auto const got = t.attempt();
    REQUIRE(got.has_value());
    CHECK(t.sent.empty());
    CHECK(t.oss.open_uploads.empty());
    CHECK_FALSE(t.is_there());
}

TEST_CASE("an upload that the service has forgotten begins anew")
{
    resume_fixture t;
    t.leave_unfinished();
    t.oss.open_uploads.clear();
    REQUIRE(t.attempt().has_value());
    CHECK(t.delivered());
    CHECK(t.sent.size() == 8);
    CHECK(t.saw(upload_event_kind::checkpoint_ignored));
}

TEST_CASE("an upload that the service has forgotten begins anew although another object of its size is there")
{
    resume_fixture t;
    t.leave_unfinished();
    t.oss.open_uploads.clear();
    t.oss.objects["cam/clip.mp4"] = std::string(t.content.size(), 'x');
    REQUIRE(t.attempt().has_value());
    CHECK(t.delivered());
    CHECK(t.sent.size() == 8);
    CHECK(t.saw(upload_event_kind::checkpoint_ignored));
    CHECK_FALSE(t.is_there());
}

TEST_CASE("a checkpoint that is no good is ignored with an event, and the upload begins anew")
{
    struct row
    {
        char const* what;
        std::function<void(resume_fixture&)> spoil;
    };
    row const rows[] = {
        {"empty", [](auto& t) { std::ofstream(t.where, std::ios::trunc); }},
        {"cut off", [](auto& t) { std::filesystem::resize_file(t.where, std::filesystem::file_size(t.where) / 2); }},
        {"a byte more", [](auto& t) { std::ofstream(t.where, std::ios::app) << 'x'; }},
        {"changed",
            [](auto& t) {
                auto text = text_of(t.where);
                text[text.find("U0")] = 'V';
                std::ofstream(t.where, std::ios::binary) << text;
            }},
        {"other software's", [](auto& t) { std::ofstream(t.where) << "{\"a\":1}"; }},
        {"writable by others", [](auto& t) { ::chmod(t.where.c_str(), 0666); }},
        {"a link",
            [](auto& t) {
                std::filesystem::rename(t.where, t.where + ".moved");
                std::filesystem::create_symlink(t.where + ".moved", t.where);
            }},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        resume_fixture t;
        t.leave_unfinished();
        r.spoil(t);
        REQUIRE(t.attempt().has_value());
        CHECK(t.delivered());
        CHECK(t.sent.size() == 8);
        CHECK(t.saw(upload_event_kind::checkpoint_ignored));
    }
}

TEST_CASE("a file that was changed since begins anew, and nothing of the old upload is left")
{
    resume_fixture t;
    t.leave_unfinished();
    t.content[0] ^= 1;
    std::ofstream(t.file, std::ios::binary) << t.content;
    REQUIRE(t.attempt().has_value());
    CHECK(t.delivered());
    CHECK(t.sent.size() == 8);
    CHECK(t.saw(upload_event_kind::checkpoint_ignored));
    CHECK(t.oss.open_uploads.empty());
}

TEST_CASE("who does not want to resume begins anew, and nothing of the old upload is left")
{
    resume_fixture t;
    t.leave_unfinished();
    t.options.resume = false;
    REQUIRE(t.attempt().has_value());
    CHECK(t.delivered());
    CHECK(t.sent.size() == 8);
    CHECK(t.events.empty());
    CHECK(t.oss.open_uploads.empty());
    CHECK_FALSE(t.is_there());
}

TEST_CASE("a file that shrank to a single put leaves nothing of the old upload")
{
    resume_fixture t;
    t.leave_unfinished();
    t.content = "small";
    std::filesystem::remove(t.file);
    std::ofstream(t.file, std::ios::binary) << t.content;
    REQUIRE(t.attempt().has_value());
    CHECK(t.delivered());
    CHECK(t.oss.open_uploads.empty());
    CHECK_FALSE(t.is_there());
}

TEST_CASE("a checkpoint of another object is not used, and its upload not touched")
{
    resume_fixture t;
    t.leave_unfinished();
    t.grant.object_key = "cam/other.mp4";
    auto const got = t.attempt();
    REQUIRE(got.has_value());
    CHECK(t.sent.size() == 8);
    CHECK(t.saw(upload_event_kind::checkpoint_ignored));
    CHECK(t.oss.open_uploads.size() == 1);
}

TEST_CASE("a checkpoint is readable by its owner alone, and holds no secret unless asked to")
{
    for (bool const keep : {false, true})
    {
        CAPTURE(keep);
        resume_fixture t;
        t.options.keep_grant = keep;
        t.grant.credentials = credentials("an-id", "a-secret", "a-token");
        t.leave_unfinished();
        struct stat status{};
        REQUIRE(::stat(t.where.c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0600);
        auto const text = text_of(t.where);
        for (auto const* const secret : {"a-secret", "a-token", "an-id"})
            CHECK((text.find(secret) != std::string::npos) == keep);
    }
}

TEST_CASE("a disk that takes no checkpoint does not stop the upload")
{
    resume_fixture t;
    t.what_happens = [&](fake_oss::call const& c) {
        if (c.is_initiate())
            std::filesystem::create_directory(t.where);  // in the way of the rename
        return fault::none;
    };
    REQUIRE(t.attempt().has_value());
    CHECK(t.delivered());
    CHECK(t.saw(upload_event_kind::checkpoint_not_written));
    CHECK_FALSE(std::filesystem::exists(t.where + ".new"));
}

TEST_CASE("a disk that is full leaves no half of a checkpoint, and does not stop the upload")
{
    resume_fixture t;
    std::optional<no_file_grows> full;
    t.what_happens = [&](fake_oss::call const& c) {
        if (c.is_initiate())
            full.emplace();
        else if (c.is_part())
            full.reset();
        return fault::none;
    };
    bool is_clean = true;
    t.oss.on_done = [&](fake_oss::call const& c) {
        is_clean = is_clean && !(c.is_part() && (t.is_there() || std::filesystem::exists(t.where + ".new")));
    };
    REQUIRE(t.attempt().has_value());
    CHECK(t.delivered());
    CHECK(t.saw(upload_event_kind::checkpoint_not_written));
    CHECK(is_clean);
}

TEST_CASE("a folder that does not exist is told before anything is sent")
{
    resume_fixture t;
    t.where = t.folder.path("absent/clip.sluice");
    auto const got = t.attempt();
    REQUIRE(got.has_error());
    CHECK(got.error().code == errc::invalid_argument);
    CHECK(t.oss.calls == 0);
}

TEST_CASE("in a folder each source and object has a file of its own, whose name tells neither")
{
    temporary_folder const folder;
    auto const one = upload::checkpoint_path(folder.path("."), "file a");
    auto const other = upload::checkpoint_path(folder.path("."), "file b");
    CHECK(one != other);
    CHECK(one == upload::checkpoint_path(folder.path("."), "file a"));
    CHECK(one.find("file") == std::string::npos);
    CHECK(upload::checkpoint_path(folder.path("x"), "file a") == folder.path("x"));
}

TEST_CASE("a source that can't be told from others has no checkpoint")
{
    resume_fixture t;
    memory_source from(asio::buffer(t.content));
    upload::checkpoint_keeper kept(t.env, t.options, t.where);
    auto const loaded = run(t.context, kept.load(from, ""));
    REQUIRE(loaded.has_error());
    CHECK(loaded.error().code == errc::invalid_argument);
}

TEST_CASE("what a cancelled upload leaves is for the handle to say, or for the options")
{
    struct row
    {
        leftovers options;
        on_cancel handle;
        bool checkpoint;
        bool kept;
    };
    static constexpr row rows[] = {
        {leftovers::automatic, on_cancel::by_options, true, true},
        {leftovers::automatic, on_cancel::by_options, false, false},
        {leftovers::automatic, on_cancel::keep, false, true},
        {leftovers::automatic, on_cancel::abort, true, false},
        {leftovers::abort, on_cancel::by_options, true, false},
        {leftovers::keep, on_cancel::by_options, false, true},
        {leftovers::keep, on_cancel::abort, false, false},
    };
    for (auto const& r : rows)
    {
        CAPTURE(static_cast<int>(r.options));
        CAPTURE(static_cast<int>(r.handle));
        CAPTURE(r.checkpoint);
        resume_fixture t;
        if (!r.checkpoint)
            t.where.clear();
        t.options.leave = r.options;
        auto const steering = std::make_shared<upload::control>();
        t.steering = steering.get();
        steering->begin(t.context.get_executor(), t.time, [&t] { t.stop.emit(asio::cancellation_type::terminal); });
        t.what_happens = [&](fake_oss::call const& c) {
            if (c.is_part() && c.query.at("partNumber") == "4")
                steering->cancel(r.handle);
            return fault::none;
        };
        auto const got = t.attempt();
        steering->end();
        REQUIRE(got.has_error());
        CHECK(got.error().code == asio::error::operation_aborted);
        CHECK(t.oss.open_uploads.size() == (r.kept ? 1 : 0));
        CHECK(got.error().upload_id.empty() == !r.kept);
        CHECK(t.is_there() == (r.kept && r.checkpoint));
    }
}

TEST_CASE(
    "a grant of the caller's that ends while parts go up leaves them and their checkpoint; that of a stream does not")
{
    for (bool const is_of_stream : {false, true})
    {
        CAPTURE(is_of_stream);
        resume_fixture t;
        auto const passing = std::make_shared<manual_clock>(system_time(1'774'857'930s));
        t.use(passing);
        t.is_of_stream = is_of_stream;
        t.grant.expires_in = 60s;
        t.options.parts_in_flight = 1;
        t.what_happens = [&](fake_oss::call const& c) {
            if (c.is_part())
                passing->advance(11s);
            return fault::none;
        };
        auto const got = t.attempt();
        REQUIRE(got.has_error());
        CHECK(got.error().code == errc::grant_expired);
        CHECK(t.oss.open_uploads.size() == (is_of_stream ? 0 : 1));
        CHECK(t.is_there() == !is_of_stream);
        if (is_of_stream)
            continue;
        CHECK(got.error().upload_id == t.oss.open_uploads.begin()->first);
        auto const stored = t.sent.size();
        t.what_happens = [](fake_oss::call const&) { return fault::none; };
        t.grant.credentials = credentials("id", "secret", "another-token");
        t.grant.expires_in = 3000s;
        auto const again = t.attempt();
        REQUIRE_MESSAGE(again.has_value(), again.error().describe());
        CHECK(t.delivered());
        CHECK(t.sent.size() == 8 - stored);
    }
}

TEST_CASE("what a failure leaves of an upload with a checkpoint, on the server and on disk")
{
    struct row
    {
        char const* what;
        std::function<fault(resume_fixture&, fake_oss::call const&)> what_happens;
        errc code;
        bool parts_are_left;
        bool checkpoint_is_left;
    };
    auto const is_part_5 = [](fake_oss::call const& c) { return c.is_part() && c.query.at("partNumber") == "5"; };
    row const rows[] = {
        {"Initiate is refused", [](auto&, auto const& c) { return c.is_initiate() ? fault::denied : fault::none; },
            errc::service_error, false, false},
        {"a part is refused", [&](auto&, auto const& c) { return is_part_5(c) ? fault::denied : fault::none; },
            errc::service_error, true, true},
        {"the source was changed",
            [&](auto& t, auto const& c) {
                if (is_part_5(c))
                    std::ofstream(t.file, std::ios::binary | std::ios::app) << 'x';
                return fault::none;
            },
            errc::source_changed, false, false},
        {"the service has lost the upload",
            [&](auto& t, auto const& c) {
                if (is_part_5(c))
                    t.oss.open_uploads.clear();
                return fault::none;
            },
            errc::service_error, false, false},
        {"Complete is refused", [](auto&, auto const& c) { return c.is_complete() ? fault::denied : fault::none; },
            errc::service_error, true, true},
        {"nobody can look at what came of Complete",
            [](auto& t, auto const& c) {
                t.oss.unreachable = c.is_complete();
                return c.is_complete() ? fault::lost_before : fault::none;
            },
            errc::connection_lost, true, true},
        {"the object is another", [](auto&, auto const& c) { return c.is_complete() ? fault::wrong_crc : fault::none; },
            errc::checksum_mismatch, false, false},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        resume_fixture t;
        t.what_happens = [&](fake_oss::call const& c) { return r.what_happens(t, c); };
        auto const got = t.attempt();
        REQUIRE(got.has_error());
        CHECK(got.error().code == r.code);
        CHECK(t.oss.open_uploads.size() == (r.parts_are_left ? 1 : 0));
        CHECK(t.is_there() == r.checkpoint_is_left);
        bool const may_exist = got.error().recommendation.find("the object may exist") != std::string::npos;
        CHECK(may_exist == t.oss.unreachable);
    }
}

TEST_CASE("the parts of a stream are kept only with its grant, for nobody can hand that in again")
{
    for (bool const keep_grant : {true, false})
    {
        CAPTURE(keep_grant);
        resume_fixture t;
        t.is_of_stream = true;
        t.options.keep_grant = keep_grant;
        t.what_happens = [](fake_oss::call const& c) {
            return c.is_part() && c.query.at("partNumber") == "5" ? fault::denied : fault::none;
        };
        auto const got = t.attempt();
        REQUIRE(got.has_error());
        CHECK(got.error().service_code == "AccessDenied");
        CHECK(t.oss.open_uploads.size() == (keep_grant ? 1 : 0));
        CHECK(t.is_there() == keep_grant);
        CHECK(got.error().upload_id.empty() == !keep_grant);
    }
}

TEST_CASE("a stream's grant that ends with a part on the wire leaves nothing, for no resume could succeed")
{
    resume_fixture t;
    t.use(std::make_shared<skipping_clock>());
    t.oss.time = t.env.clock.get();
    t.is_of_stream = true;
    t.options.keep_grant = true;
    t.grant.expires_in = 60s;
    t.what_happens = [](fake_oss::call const& c) {
        return c.is_part() && c.query.at("partNumber") == "5" ? fault::silent : fault::none;
    };
    auto const got = t.attempt();
    REQUIRE(got.has_error());
    CHECK(got.error().code == errc::grant_expired);
    CHECK(got.error().upload_id.empty());
    CHECK(t.oss.open_uploads.empty());
    CHECK_FALSE(t.is_there());
}
