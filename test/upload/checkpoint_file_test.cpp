#include "support/patterned.hpp"
#include "support/temporary_path.hpp"
#include "upload/checkpoint_file.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <memory>
#include <string>

using namespace sluice;
using namespace sluice::test;
using upload::checkpoint_file;

namespace
{

bool is_in_use(auto const& done)
{
    return done.has_error() && done.error().code == errc::checkpoint_in_use;
}

bool has_text(checkpoint_file& file, std::string_view expected)
{
    auto const text = file.load();
    return text.has_value() && text->has_value() && **text == expected;
}

}  // namespace

TEST_CASE("a checkpoint is read as it was written last, and is gone when it was removed")
{
    temporary_path folder;
    checkpoint_file file(folder.file("c.sluice"));
    CHECK(file.load().value() == std::nullopt);
    for (auto const* text : {"first", "second", ""})
    {
        CHECK(file.store(text).has_value());
        CHECK(has_text(file, text));
    }
    CHECK(file.remove().has_value());
    CHECK(file.load().value() == std::nullopt);
    CHECK(file.remove().has_value());
    CHECK(std::filesystem::is_empty(folder.file("")));
}

TEST_CASE("a checkpoint that one upload goes on with can't be read, replaced or removed by another")
{
    temporary_path folder;
    auto const path = folder.file("c.sluice");
    auto ours = std::make_unique<checkpoint_file>(path);
    REQUIRE(ours->store("ours").has_value());
    checkpoint_file theirs(path);
    for (auto const* text : {"ours", "ours anew"})  // the lock goes with each version of the file
    {
        REQUIRE(ours->store(text).has_value());
        CHECK(is_in_use(theirs.load()));
        CHECK(is_in_use(theirs.store("theirs")));
        CHECK(theirs.remove().has_value());
        CHECK(has_text(*ours, text));
    }
    CHECK_FALSE(std::filesystem::exists(path + ".new"));

    ours.reset();
    CHECK(has_text(theirs, "ours anew"));
    checkpoint_file third(path);
    CHECK(is_in_use(third.load()));
}

TEST_CASE("of two uploads that found no checkpoint the one that writes first has it")
{
    temporary_path folder;
    auto const path = folder.file("c.sluice");
    checkpoint_file first(path);
    checkpoint_file second(path);
    CHECK(first.load().value() == std::nullopt);
    CHECK(second.load().value() == std::nullopt);
    CHECK(first.store("first").has_value());
    auto const refused = second.store("second");
    CHECK(is_in_use(refused));
    CHECK(refused.error().resource == path);
    CHECK_FALSE(refused.error().recommendation.empty());
    CHECK(has_text(first, "first"));

    CHECK(first.remove().has_value());
    CHECK(second.store("second").has_value());
    CHECK(is_in_use(first.load()));
}

TEST_CASE("what a process left that was killed while it wrote is replaced, unless another is writing it now")
{
    temporary_path folder;
    auto const path = folder.file("c.sluice");
    folder.write("c.sluice.new", "half a check");
    checkpoint_file ours(path);
    CHECK(ours.load().value() == std::nullopt);
    CHECK(ours.store("ours").has_value());
    CHECK(has_text(ours, "ours"));
    CHECK_FALSE(std::filesystem::exists(path + ".new"));

    checkpoint_file writes_it_now(path + ".new");
    REQUIRE(writes_it_now.store("half").has_value());
    CHECK(is_in_use(ours.store("ours anew")));
    CHECK(has_text(ours, "ours"));
    CHECK(has_text(writes_it_now, "half"));
}
