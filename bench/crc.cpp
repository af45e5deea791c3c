// How fast is CRC-64, by block size? What a block costs is added to every byte of an upload.

#include "base/crc64_kernel.hpp"
#include "support/contest.hpp"
#include "support/keep.hpp"
#include "support/options.hpp"
#include "support/processor.hpp"

#ifdef SLUICE_BENCH_ISAL
#include <isa-l/crc64.h>
#endif
#ifdef SLUICE_BENCH_LZMA
#include <lzma.h>
#endif

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace
{

using namespace bench;
using role = contest::role;
using block = std::span<std::byte const>;

constexpr std::size_t kib = 1024;
constexpr std::size_t block_sizes[] = {4 * kib, 16 * kib, 256 * kib};

std::vector<std::byte> random_bytes(std::size_t size)
{
    std::minstd_rand random;
    std::vector<std::byte> bytes(size);
    for (auto& b : bytes)
        b = static_cast<std::byte>(random() >> 8);
    return bytes;
}

#ifdef SLUICE_BENCH_ISAL
std::uint64_t isal_crc(std::uint64_t crc, block data) noexcept
{
    return crc64_ecma_refl(crc, reinterpret_cast<unsigned char const*>(data.data()), data.size());
}
#endif

#ifdef SLUICE_BENCH_LZMA
std::uint64_t lzma_crc(std::uint64_t crc, block data) noexcept
{
    return lzma_crc64(reinterpret_cast<unsigned char const*>(data.data()), data.size(), crc);
}
#endif

// Every way to the same value; one that finds another ends the program.
class crc_contest
{
public:
    crc_contest(options const& o, block data)
        : data_(data),
          contest_("crc", std::to_string(data.size() / kib) + " KiB", o, {"GB/s", static_cast<double>(data.size())})
    {}

    void add(role as, std::string name, std::uint64_t (*run)(std::uint64_t, block) noexcept)
    {
        if (run(0, data_) != sluice::crc64_kernels().back().run(0, data_))
        {
            std::fprintf(stderr, "bench-crc: %s computes another CRC\n", name.c_str());
            std::exit(EXIT_FAILURE);
        }
        contest_.add(as, std::move(name), [run, data = data_] { keep(run(0, data)); });
    }

    contest& rest() noexcept { return contest_; }

private:
    block data_;
    contest contest_;
};

void add_libraries(crc_contest& c)
{
#ifdef SLUICE_BENCH_ISAL
    c.add(role::peer, "ISA-L", &isal_crc);
#else
    c.rest().add_missing(role::peer, "ISA-L", "libisal is not installed");
#endif
#ifdef SLUICE_BENCH_LZMA
    c.add(role::peer, "liblzma", &lzma_crc);
#else
    c.rest().add_missing(role::peer, "liblzma", "liblzma is not installed");
#endif
}

void measure(block data, options const& o)
{
    crc_contest c(o, data);
    for (auto const& kernel : sluice::crc64_kernels())
        c.add(role::own, std::string(kernel.name), kernel.run);
    add_libraries(c);
    std::vector<std::byte> room(data.size());
    c.rest().add(role::limit, "memcpy", [data, to = room.data()] {
        std::memcpy(to, data.data(), data.size());
        keep(to);
    });
    c.rest().run();
    for (auto const& r : c.rest().rows())
        emit(r);
}

}  // namespace

int main(int argc, char** argv)
{
    auto const o = read_options(argc, argv);
    pin_to_processor(0);
    for (auto const size : block_sizes)
        measure(random_bytes(size), o);
}
