#include "cli/local_emulator.hpp"
#include "support/temporary_path.hpp"

#include <sluice/upload_options.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <mutex>
#include <random>
#include <set>

// A program that is killed again and again, and started again, makes the object whole; and what the service had
// confirmed before is not sent again.

using namespace sluice;
using namespace sluice::test;

namespace
{

// What the emulator saw of the parts of one upload: those whose requests began, and those that were answered.
class part_witness
{
public:
    void watch(emulator::config& config)
    {
        config.on_request = [this](emulator::request_event const& event) {
            std::scoped_lock const lock(mutex_);
            if (event.operation == "UploadPart")
                ++under_way_[event.part_number];
            return emulator::fault();
        };
        config.log = [this](std::string const& text) {
            simdjson::dom::parser parser;
            simdjson::dom::element const line = parser.parse(text);
            std::string_view operation;
            std::uint64_t status = 0;
            std::uint64_t part = 0;
            bool const is_part = line["operation"].get(operation) == simdjson::SUCCESS && operation == "UploadPart";
            if (!is_part || line["status"].get(status) != simdjson::SUCCESS || status != 200 ||
                line["part_number"].get(part) != simdjson::SUCCESS)
                return;
            std::scoped_lock const lock(mutex_);
            --under_way_[static_cast<unsigned>(part)];
            answered_.insert(static_cast<unsigned>(part));
        };
    }

    struct sight
    {
        std::set<unsigned> answered;   // and no other request for it had begun
        std::set<unsigned> under_way;  // begun, and not answered
    };

    sight look()
    {
        std::scoped_lock const lock(mutex_);
        sight now;
        now.answered = answered_;
        for (auto const& [part, count] : under_way_)
        {
            if (count <= 0)
                continue;
            now.under_way.insert(part);
            now.answered.erase(part);
        }
        return now;
    }

    // Whoever sent what was under way is gone.
    void forget_under_way()
    {
        std::scoped_lock const lock(mutex_);
        under_way_.clear();
    }

private:
    std::mutex mutex_;
    std::map<unsigned, int> under_way_;
    std::set<unsigned> answered_;
};

std::map<unsigned, std::uint64_t> writes_of_parts(emulator::server& server)
{
    std::map<unsigned, std::uint64_t> all;
    for (auto const& one : server.part_writes())
        all[one.part_number] += one.writes;
    return all;
}

struct kill_plan
{
    unsigned kills;
    std::uint64_t seed;
    std::uint64_t size;       // of the object
    std::uint64_t part_size;  // of all parts but the last
};

// Runs the command until it succeeds, slowly and killed as often as the plan says at first.
void kill_and_resume(
    local_emulator& emulator, part_witness& witness, std::vector<std::string> const& command, kill_plan plan)
{
    auto limited = command;
    limited.insert(limited.end(), {"--bandwidth", "1MiB/s", "--parallel", "2"});
    std::mt19937_64 moments(plan.seed);
    std::map<unsigned, std::uint64_t> most_writes;  // by what was seen; 1 where nothing was
    std::map<unsigned, std::uint64_t> settled;      // writes of parts that were answered, which may not grow
    for (unsigned killed = 0; killed < plan.kills; ++killed)
    {
        CAPTURE(killed);
        // So far apart that there is work left for each kill.
        auto const left = plan.size - witness.look().answered.size() * plan.part_size;
        auto const most = std::max<std::uint64_t>(left / (plan.kills - killed + 4), 1);
        auto const moment = emulator.bytes_of("UploadPart") + moments() % most + 1;
        program run(sluice_program_path(), limited, some_credentials);
        wait_until([&] { return emulator.bytes_of("UploadPart") >= moment || !run.is_running(); });
        auto const seen = witness.look();
        auto const writes = writes_of_parts(emulator.server());
        run.send_signal(SIGKILL);
        REQUIRE(run.wait().exit_code == 128 + SIGKILL);
        for (auto const part : seen.answered)
            settled.emplace(part, writes.at(part));
        for (auto const part : seen.under_way)
            most_writes[part] = std::max<std::uint64_t>(most_writes[part], 1) + 1;
        witness.forget_under_way();
    }
    auto const last = run_sluice(command, some_credentials);
    CAPTURE(last.errors);
    REQUIRE(last.exit_code == 0);

    auto const writes = writes_of_parts(emulator.server());
    for (auto const& [part, count] : settled)
    {
        CAPTURE(part);
        CHECK(writes.at(part) == count);
    }
    std::uint64_t again = 0;
    for (auto const& [part, count] : writes)
    {
        CAPTURE(part);
        CHECK(count <= std::max<std::uint64_t>(most_writes[part], 1));
        again += count - 1;
    }
    MESSAGE(plan.kills, " kills, ", settled.size(), " of ", writes.size(), " parts were confirmed before one, ", again,
        " that were under way were written again");
}

}  // namespace

TEST_CASE("a put that is killed twenty times arrives whole, and nothing confirmed is sent again")
{
    temporary_path const folder;
    auto const content = some_bytes(24 * mib + 12345);
    auto const file = folder.write("a.ts", content);
    part_witness witness;
    emulator::config config;
    witness.watch(config);
    local_emulator emulator(std::move(config));
    auto const command = emulator.to_object(
        {"put", file, "--checkpoint", folder.file("checkpoints"), "--resume", "--part-size", "512KiB", "--json"},
        "a.ts");
    kill_and_resume(
        emulator, witness, command, {.kills = 20, .seed = 20201109, .size = content.size(), .part_size = 512 * kib});

    CHECK(emulator.server().object(emulator.bucket(), "a.ts") == content);
    CHECK(emulator.server().open_uploads().empty());
    CHECK(emulator.requests("InitiateMultipartUpload") == 1);
    CHECK(std::filesystem::is_empty(folder.file("checkpoints")));
}

TEST_CASE("a stream whose grant is kept goes on under it after each kill")
{
    temporary_path const folder;
    auto const content = some_bytes(8 * mib + 1);
    auto const file = folder.write("a.ts", content);
    part_witness witness;
    emulator::config config;
    witness.watch(config);
    local_emulator emulator(std::move(config));
    auto const command = emulator.to_stream({"upload", file, "--checkpoint", folder.file("checkpoints"), "--resume",
        "--keep-grant", "--part-size", "512KiB", "--multipart-threshold", "1MiB", "--json"});
    kill_and_resume(
        emulator, witness, command, {.kills = 5, .seed = 1109, .size = content.size(), .part_size = 512 * kib});

    auto const objects = emulator.server().objects();
    REQUIRE(objects.size() == 1);
    CHECK(emulator.server().object(objects[0].bucket, objects[0].key) == content);
    CHECK(emulator.server().open_uploads().empty());
    CHECK(emulator.requests("CreateUploadStream") == 1);
    CHECK(emulator.requests("InitiateMultipartUpload") == 1);
    CHECK(std::filesystem::is_empty(folder.file("checkpoints")));
}

TEST_CASE("a program that is killed while the object is completed finds it complete")
{
    temporary_path const folder;
    auto const content = some_bytes(2 * mib);
    auto const file = folder.write("a.ts", content);
    local_emulator emulator("CompleteMultipartUpload,delay=3000");
    auto const command = emulator.to_object({"put", file, "--checkpoint", folder.file("checkpoints"), "--resume",
                                                "--part-size", "256KiB", "--multipart-threshold", "256KiB", "--json"},
        "a.ts");
    program run(sluice_program_path(), command, some_credentials);
    wait_until([&] { return emulator.server().object(emulator.bucket(), "a.ts").has_value(); });
    run.send_signal(SIGKILL);
    CHECK(run.wait().exit_code == 128 + SIGKILL);

    auto const again = run_sluice(command, some_credentials);
    CAPTURE(again.errors);
    CHECK(again.exit_code == 0);
    CHECK(json_line(again.output).number("bytes") == content.size());
    CHECK(emulator.server().object(emulator.bucket(), "a.ts") == content);
    CHECK(emulator.requests("UploadPart") == 8);
    CHECK(emulator.requests("InitiateMultipartUpload") == 1);
    CHECK(std::filesystem::is_empty(folder.file("checkpoints")));
}
