// Many small objects of one client, each with a call of its own, so many of them under way at once.
//   --objects N, --size BYTES, --at-once N, --connections N
#include "support/meter.hpp"
#include "support/report.hpp"
#include "workers/sluice_objects.hpp"

namespace
{

bench::report measure(bench::arguments& given)
{
    bench::sluice_setting const with(given);
    auto const objects = given.number("objects", 1000);
    auto const size = given.number("size", 16 * sluice::kib);
    auto const at_once = given.number("at-once", 256);
    given.refuse_rest();

    boost::asio::io_context context(1);
    bench::report r;
    bench::sluice_objects all(context, with, size);
    bench::meter const measured;
    all.start(objects, at_once);
    context.run();
    r.used = measured.stop();
    r.bytes = all.bytes();
    auto const counted = all.stats();
    r.requests = counted.requests;
    r.beside = {{"connections", static_cast<double>(counted.connections_opened)}};
    return r;
}

}  // namespace

int main(int argc, char** argv)
{
    bench::arguments given(argc, argv);
    bench::print(measure(given));
}
