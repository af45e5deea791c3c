// What one large file costs the client: sluice's whole path against the limits of the machine and against peers.
#include "support/options.hpp"
#include "support/pattern.hpp"
#include "support/race.hpp"
#include "support/table.hpp"
#include "support/temporary_folder.hpp"

#include <string>

namespace
{

using bench::contestant;
using bench::sink_process;

constexpr std::uint64_t mib = 1UL << 20;
constexpr std::uint64_t peer_body = 64 * mib;  // of one put, for those that don't cut a file into parts

// What is uploaded, and to whom.
struct setting
{
    std::string file;
    std::uint64_t bytes;
    sink_process& secure;
    sink_process& plain;

    [[nodiscard]] std::string size() const { return std::to_string(bytes); }
    [[nodiscard]] std::string puts() const { return std::to_string(bytes / peer_body); }
};

constexpr auto raw_tls = "raw SSL_write 16 KiB, memory";
constexpr auto raw_plain = "plain send 256 KiB, memory";
constexpr auto own_file = "sluice, file, 1 connection";
constexpr auto own_memory = "sluice, memory, 1 connection";
constexpr auto own_plain = "sluice without TLS, file, 1 connection";
constexpr auto beast_memory = "beast span_body, memory, 1 connection";
constexpr auto beast_file = "beast file_body, 1 connection";
constexpr auto curl_file = "curl -T, file, 1 connection";
constexpr auto crc_alone = "CRC-64 of blocks just read";
constexpr auto pread_alone = "pread 256 KiB";
constexpr auto sealing_alone = "AES-128-GCM of 16 KiB records";

std::string on(std::string const& who, unsigned connections)
{
    return who + ", " + std::to_string(connections) + (connections == 1 ? " connection" : " connections");
}

void add_limits(std::vector<contestant>& to, setting const& s)
{
    auto const inside = [&](char const* name, char const* what) {
        to.push_back({name, "workers/worker-process", {"--do", what, "--file", s.file, "--bytes", s.size()}});
    };
    inside(sealing_alone, "aes-gcm");
    inside(pread_alone, "pread");
    inside(crc_alone, "crc");
    std::vector<std::string> const puts = {"--body", std::to_string(peer_body), "--count", s.puts()};
    to.push_back({raw_tls, "workers/worker-raw", puts, &s.secure});
    to.push_back({raw_plain, "workers/worker-raw", puts, &s.plain});
}

void add_own(std::vector<contestant>& to, setting const& s)
{
    for (unsigned const connections : {1U, 4U, 16U})
    {
        // Two parts a connection, so that none waits for an answer.
        std::vector<std::string> const common = {"--connections", std::to_string(connections), "--parts-in-flight",
            std::to_string(std::max(4U, 2 * connections))};
        auto file = common;
        file.insert(file.end(), {"--file", s.file});
        auto memory = common;
        memory.insert(memory.end(), {"--memory", s.size()});
        to.push_back({on("sluice, file", connections), "workers/worker-sluice-upload", file, &s.secure});
        to.push_back({on("sluice, memory", connections), "workers/worker-sluice-upload", memory, &s.secure});
        if (connections == 1)
            to.push_back({own_plain, "workers/worker-sluice-upload", file, &s.plain});
    }
}

void add_peers(std::vector<contestant>& to, setting const& s)
{
    to.push_back({beast_file, "workers/worker-beast", {"--file", s.file}, &s.secure});
    to.push_back({curl_file, "workers/worker-curl", {"--file", s.file}, &s.secure});
    for (unsigned const connections : {1U, 4U, 16U})
    {
        auto const count = std::to_string(connections);
        to.push_back({on("beast span_body, memory", connections), "workers/worker-beast",
            {"--body", std::to_string(peer_body), "--count", s.puts(), "--connections", count}, &s.secure});
        if (connections > 1)
            to.push_back({on("libcurl multi, memory", connections), "workers/worker-curl-multi",
                {"--size", std::to_string(peer_body), "--objects", s.puts(), "--connections", count}, &s.secure});
    }
}

bench::row row_of(bench::standing const& s)
{
    auto r = bench::row_of("upload", s, "s/GB", bench::cpu_per_gb);
    if (!s.counts() || s.who.against == nullptr)
        return r;
    using bench::report;
    r.beside.insert(r.beside.end(),
        {{"wall GB/s", s.figure(bench::gb_per_second).median()},
            {"user s/GB", s.figure([](report const& x) { return x.used.user * 1e9 / double(x.bytes); }).median()},
            {"system s/GB", s.figure([](report const& x) { return x.used.system * 1e9 / double(x.bytes); }).median()}});
    return r;
}

void compare(bench::table& rows)
{
    for (auto const* const own : {own_file, own_memory})
    {
        rows.compare(own, raw_tls, bench::table::role::limit);
        for (auto const* const peer : {beast_memory, beast_file, curl_file})
            rows.compare(own, peer, bench::table::role::peer);
    }
    rows.compare(own_plain, raw_plain, bench::table::role::limit);
    rows.goal_at_most(own_file, "against raw blocking SSL_write from memory", 0.70, raw_tls);
    rows.goal_at_most(own_file, "against beast from memory", 0.50, beast_memory);
    rows.goal_at_most(own_file, "against curl -T", 0.60, curl_file);
    // sluice always takes the CRC-64: its share is that of the same work on the same bytes, alone.
    rows.compare(crc_alone, own_file, bench::table::role::peer);
    rows.goal_at_most(crc_alone, "share of CRC-64 in the upload", 0.06, own_file);
}

}  // namespace

int main(int argc, char** argv)
{
    auto const o = bench::read_options(argc, argv);
    bench::temporary_folder const folder;
    auto const bytes = (o.quick ? 256 : 1024) * mib;
    sink_process secure({"--lowat", "262144"});
    sink_process plain({"--plain", "--lowat", "262144"});
    setting const s{bench::make_file(folder.path(), bytes).string(), bytes, secure, plain};

    std::vector<contestant> all;
    add_limits(all, s);
    add_own(all, s);
    add_peers(all, s);
    bench::table rows;
    for (auto const& standing : bench::run_race(all, o, 5))
        rows.add(row_of(standing));
    compare(rows);
    rows.emit_all();
}
