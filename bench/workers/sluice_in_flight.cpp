// Many uploads of one client, all begun at once: what they hold, and what each costs.
//   --objects N, --size BYTES, --part-size N (0: one put each), --connections N
// The memory is the most that was resident above what it was after a warm-up, the grants of the caller included.
#include "support/memory.hpp"
#include "support/meter.hpp"
#include "support/report.hpp"
#include "workers/sluice_objects.hpp"

namespace
{

constexpr std::uint64_t warm_up = 32;  // objects

sluice::upload_options in_parts_of(std::uint64_t size)
{
    sluice::upload_options o;
    if (size == 0)
        return o;
    o.part_size = size;
    o.multipart_threshold = size;
    return o;
}

bench::report measure(bench::arguments& given)
{
    bench::sluice_setting const with(given);
    auto const objects = given.number("objects", 1000);
    auto const size = given.number("size", 16 * sluice::kib);
    auto const options = in_parts_of(given.number("part-size", 0));
    given.refuse_rest();

    boost::asio::io_context context(1);
    bench::sluice_objects all(context, with, size, options);
    all.start(warm_up, warm_up);
    context.run();

    auto const before = bench::resident_bytes();
    bench::report r;
    bench::meter const measured;
    all.start(objects, objects);
    context.run();
    r.used = measured.stop();
    r.bytes = all.bytes();
    r.requests = all.stats().requests;
    auto const each = static_cast<double>(objects);
    r.beside = {{"uploads", each}, {"KiB", static_cast<double>(bench::peak_resident_bytes() - before) / 1024 / each}};
    return r;
}

}  // namespace

int main(int argc, char** argv)
{
    bench::arguments given(argc, argv);
    bench::print(measure(given));
}
