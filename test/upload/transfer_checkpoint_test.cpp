#include "resume_fixture.hpp"
#include "upload/checkpoint_file.hpp"

#include <boost/asio/error.hpp>
#include <doctest/doctest.h>

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;
using fault = fake_oss::fault;

namespace
{

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
    t.where = t.folder.file("absent/clip.sluice");
    auto const got = t.attempt();
    REQUIRE(got.has_error());
    CHECK(got.error().code == errc::invalid_argument);
    CHECK(t.oss.calls == 0);
}

TEST_CASE("in a folder each source and object has a file of its own, whose name tells neither")
{
    temporary_path const folder;
    auto const one = upload::checkpoint_path(folder.file("."), "file a");
    auto const other = upload::checkpoint_path(folder.file("."), "file b");
    CHECK(one != other);
    CHECK(one == upload::checkpoint_path(folder.file("."), "file a"));
    CHECK(one.find("file") == std::string::npos);
    CHECK(upload::checkpoint_path(folder.file("x"), "file a") == folder.file("x"));
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

TEST_CASE("what fails without its checkpoint on the disk is taken away, for nobody could resume it")
{
    for (auto const leave : {leftovers::automatic, leftovers::keep})
    {
        resume_fixture t;
        t.options.leave = leave;
        t.what_happens = [&](fake_oss::call const& c) {
            if (c.is_initiate())
                std::filesystem::create_directory(t.where);
            return c.is_part() && c.query.at("partNumber") == "5" ? fault::denied : fault::none;
        };
        auto const got = t.attempt();
        REQUIRE(got.has_error());
        bool const is_kept = leave == leftovers::keep;
        CHECK(t.saw(upload_event_kind::checkpoint_not_written));
        CHECK(t.oss.open_uploads.size() == (is_kept ? 1 : 0));
        CHECK(got.error().upload_id.empty() == !is_kept);
    }
}

TEST_CASE("an upload id that the service does not take is given up, and the upload begins anew")
{
    resume_fixture t;
    t.leave_unfinished();
    t.what_happens = [](fake_oss::call const& c) { return c.is_list() ? fault::invalid : fault::none; };
    REQUIRE(t.attempt().has_value());
    CHECK(t.delivered());
    CHECK(t.sent.size() == 8);
    CHECK(t.saw(upload_event_kind::checkpoint_ignored));
    CHECK_FALSE(t.is_there());
}

TEST_CASE("a checkpoint that is of no use to a single put goes with it")
{
    for (bool const is_damaged : {true, false})
    {
        CAPTURE(is_damaged);
        resume_fixture t;
        t.leave_unfinished();
        if (is_damaged)
            std::ofstream(t.where, std::ios::app) << 'x';
        else
            t.grant.object_key = "cam/other.mp4";
        t.content = "small";
        std::filesystem::remove(t.file);
        std::ofstream(t.file, std::ios::binary) << t.content;
        REQUIRE(t.attempt().has_value());
        CHECK(t.oss.objects.at(t.grant.object_key) == "small");
        CHECK_FALSE(t.is_there());
    }
}

TEST_CASE("the upload of a stream that no new grant can reach is counted as left")
{
    for (bool const as_put : {true, false})
    {
        CAPTURE(as_put);
        resume_fixture t;
        t.is_of_stream = true;
        t.options.keep_grant = true;
        t.leave_unfinished();
        auto const left = t.oss.open_uploads.begin()->first;
        t.grant.object_key = "cam/other.mp4";  // of a new grant
        if (as_put)
            t.options.multipart_threshold = mib;
        REQUIRE(t.attempt().has_value());
        REQUIRE(t.costs.orphans.size() == 1);
        CHECK(t.costs.orphans.front().upload_id == left);
        CHECK(t.costs.orphans.front().object_key == "cam/clip.mp4");
        CHECK_FALSE(t.is_there());
    }
}
