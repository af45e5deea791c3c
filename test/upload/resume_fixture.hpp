#pragma once

#include "transfer_fixture.hpp"
#include "upload/checkpoint_keeper.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sluice::test
{

inline std::string text_of(std::string const& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// A file that goes up with a checkpoint, in attempts of which each is like a process of its own.
struct resume_fixture : transfer_fixture
{
    temporary_path folder;
    std::string file = folder.write("clip.mp4", content);
    std::string where = folder.file("clip.sluice");
    std::multiset<unsigned> sent;  // part numbers that were stored
    std::vector<std::pair<upload_event_kind, std::string>> events;
    std::function<fake_oss::fault(fake_oss::call const&)> what_happens = [](fake_oss::call const&) {
        return fake_oss::fault::none;
    };

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
            return c.is_part() && std::stoul(c.query.at("partNumber")) > parts ? fake_oss::fault::denied
                                                                               : fake_oss::fault::none;
        };
        options.parts_in_flight = 1;
        REQUIRE(attempt().has_error());
        REQUIRE(oss.open_uploads.size() == 1);
        REQUIRE(oss.open_uploads.begin()->second.parts.size() == parts);
        what_happens = [](fake_oss::call const&) { return fake_oss::fault::none; };
    }

    [[nodiscard]] bool saw(upload_event_kind kind) const
    {
        return std::any_of(events.begin(), events.end(), [kind](auto const& e) { return e.first == kind; });
    }
    [[nodiscard]] bool is_there() const { return std::filesystem::exists(where); }
};

}  // namespace sluice::test
