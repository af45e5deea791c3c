// The limit: calls that nobody signs, parses or waits for, over OpenSSL on a blocking socket. So many requests go with
// one write, and then so many answers are read.
//   --calls N, --depth N
#include "support/arguments.hpp"
#include "support/meter.hpp"
#include "support/report.hpp"
#include "workers/blocking_stream.hpp"
#include "workers/call_request.hpp"

namespace
{

constexpr std::size_t record_size = 16UL << 10;

std::string repeated(std::string const& text, std::uint64_t times)
{
    std::string out;
    for (; times > 0; --times)
        out += text;
    return out;
}

}  // namespace

int main(int argc, char** argv)
{
    bench::arguments given(argc, argv);
    auto const origin = given.text("origin", "");
    auto const ca_file = given.text("ca", "");
    auto const calls = given.number("calls", 100'000);
    auto const depth = given.number("depth", 16);
    given.refuse_rest();
    auto const one = bench::call_request(origin).text();
    auto const all = repeated(one, depth);

    bench::blocking_stream stream(origin, ca_file);
    stream.write(one, record_size);
    auto const answer = stream.read_answer();
    if (answer == 0)
        return 1;

    bench::report r;
    bench::meter const measured;
    std::uint64_t done = 0;
    for (; done < calls; done += depth)
    {
        stream.write(all, record_size);
        stream.skip(depth * answer);
    }
    r.used = measured.stop();
    r.requests = done + 1;
    r.beside = {{"calls", static_cast<double>(done)}};
    bench::print(r);
}
