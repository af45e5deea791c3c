#include "base/crc64.hpp"
#include "cli/local_emulator.hpp"
#include "support/temporary_path.hpp"

#include <sluice/upload_options.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <span>

// How much memory a pipe takes that is faster than the line. A sanitizer's own memory hides that: SLUICE_PLAIN_PROGRAM
// names a program that was built without one (`./dev memory`); without it only the arrival is checked, of less.

using namespace sluice;
using namespace sluice::test;

namespace
{

constexpr std::uint64_t memory_limit = 16 * mib;

// What the program takes beside its uploads: its own code and OpenSSL's, connections, the C library's heaps.
constexpr std::uint64_t beside_uploads = 20 * mib;

// Writes made-up bytes into its standard input; their CRC-64.
std::uint64_t write_bytes(program const& to, std::uint64_t count)
{
    auto block = some_bytes(mib);
    std::uint64_t crc = 0;
    for (std::uint64_t left = count; left > 0;)
    {
        auto const now = std::string_view(block).substr(0, std::min<std::uint64_t>(left, block.size()));
        block[0] = static_cast<char>(block[0] + 1);  // no two blocks are equal
        if (!to.write_input(now))
            return 0;
        crc = crc64(crc, std::as_bytes(std::span(now)));
        left -= now.size();
    }
    return crc;
}

}  // namespace

TEST_CASE("a pipe of any length goes up in the memory that was allowed")
{
    auto const* const plain = std::getenv("SLUICE_PLAIN_PROGRAM");
    auto const bytes = plain != nullptr ? gib : 64 * mib;
    temporary_path const folder;
    emulator::config config;
    config.store = folder.file("store");
    local_emulator emulator(std::move(config));
    program run(program::input::pipe, plain != nullptr ? plain : sluice_program_path(),
        emulator.to_object({"pipe", "--memory-limit", "16MiB", "--json"}, "k"), some_credentials);
    auto const crc = write_bytes(run, bytes);
    run.close_input();
    wait_until([&] { return emulator.requests("CompleteMultipartUpload") != 0 || !run.is_running(); });
    auto const peak = run.peak_memory();
    auto const end = run.wait();
    CAPTURE(end.errors);
    CHECK(end.exit_code == 0);
    json_line receipt(end.output);
    CHECK(receipt.number("bytes") == bytes);
    CHECK(receipt.text("crc64") == std::to_string(crc));
    if (plain == nullptr)
        return;
    MESSAGE("peak resident memory ", peak / kib, " KiB with a limit of ", memory_limit / kib, " KiB");
    CHECK(peak > memory_limit / 2);  // it was looked at in time
    CHECK(peak < memory_limit + beside_uploads);
}
