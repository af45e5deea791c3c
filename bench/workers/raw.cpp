// The limit: PUTs of one body from memory, by SSL_write of 16 KiB on a blocking socket, or by send of 256 KiB.
//   --body BYTES, --count N
#include "base/crc64.hpp"
#include "support/arguments.hpp"
#include "support/meter.hpp"
#include "support/pattern.hpp"
#include "support/report.hpp"
#include "workers/blocking_stream.hpp"

#include <span>

namespace
{

std::string put_head(std::vector<char> const& body)
{
    auto const crc = sluice::crc64(0, std::as_bytes(std::span(body)));
    return "PUT /bench/raw HTTP/1.1\r\nHost: 127.0.0.1\r\nx-bench-crc64: " + std::to_string(crc) +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
}

}  // namespace

int main(int argc, char** argv)
{
    bench::arguments given(argc, argv);
    auto const origin = given.text("origin", "");
    auto const ca_file = given.text("ca", "");
    auto const body = bench::make_pattern(given.number("body", 64UL << 20));
    auto const count = given.number("count", 1);
    given.refuse_rest();
    auto const head = put_head(body);

    bench::report r;
    bench::meter const measured;
    bench::blocking_stream stream(origin, ca_file);
    std::size_t const chunk = stream.secure() ? 16UL << 10 : 256UL << 10;
    for (; r.requests < count; ++r.requests)
    {
        stream.write(head, chunk);
        stream.write({body.data(), body.size()}, chunk);
        if (stream.read_answer() == 0)
            return 1;
        r.bytes += body.size();
    }
    r.used = measured.stop();
    bench::print(r);
}
