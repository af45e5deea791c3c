// The limit: connections that carry one call each, over OpenSSL on a blocking socket.
//   --connections N
#include "support/arguments.hpp"
#include "support/meter.hpp"
#include "support/report.hpp"
#include "workers/blocking_stream.hpp"
#include "workers/call_request.hpp"

#include <cstdio>
#include <cstdlib>

namespace
{

constexpr std::size_t record_size = 16UL << 10;

class caller
{
public:
    caller(std::string origin, std::string const& ca_file)
        : origin_(std::move(origin)),
          call_(bench::call_request(origin_).text()),
          context_(bench::make_client_context(ca_file)),
          sessions_(context_.get())
    {}

    void run(std::uint64_t connections)
    {
        for (; connections > 0; --connections)
            call_once();
    }

    [[nodiscard]] bench::handshakes const& done() const noexcept { return done_; }

private:
    void call_once()
    {
        bench::blocking_stream stream(origin_, context_.get(), sessions_);
        stream.write(call_, record_size);
        if (stream.read_answer() == 0)
        {
            std::fprintf(stderr, "the sink refused a call\n");
            std::exit(1);
        }
        ++(stream.resumed() ? done_.resumed : done_.full);
    }

    std::string origin_;
    std::string call_;
    bench::tls_context context_;
    bench::session_keeper sessions_;
    bench::handshakes done_;
};

}  // namespace

int main(int argc, char** argv)
{
    bench::arguments given(argc, argv);
    auto const origin = given.text("origin", "");
    auto const ca_file = given.text("ca", "");
    auto const connections = given.number("connections", 500);
    given.refuse_rest();

    caller all(origin, ca_file);
    all.run(1);
    bench::report r;
    bench::meter const measured;
    all.run(connections);
    r.used = measured.stop();
    r.tls = all.done();
    r.requests = connections + 1;
    r.beside = {{"connections", static_cast<double>(connections)}};
    bench::print(r);
}
