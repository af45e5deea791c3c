// Many small objects of one client, each with a call of its own, so many of them under way at once.
//   --objects N, --size BYTES, --at-once N, --connections N
#include "support/meter.hpp"
#include "support/pattern.hpp"
#include "support/report.hpp"
#include "workers/sluice_client.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>

namespace
{

namespace asio = boost::asio;

// Begins the next upload whenever one is done, and stops the context after the last: the client's own reads would keep
// it running.
class uploader
{
public:
    uploader(asio::io_context& context, bench::sluice_setting const& with, std::uint64_t objects, std::uint64_t size)
        : context_(context),
          with_(with),
          bytes_(bench::make_pattern(size)),
          left_(objects),
          unconfirmed_(objects),
          client_(context.get_executor(), with.config)
    {}

    void start(std::uint64_t at_once)
    {
        for (auto count = std::min(at_once, left_); count > 0; --count)
            next();
    }

    [[nodiscard]] std::uint64_t bytes() const noexcept { return confirmed_; }
    [[nodiscard]] sluice::client_stats stats() const { return client_.stats(); }

private:
    void next()
    {
        auto source = std::make_unique<sluice::memory_source>(asio::buffer(bytes_));
        auto& from = *source;
        auto grant = with_.grant("small/" + std::to_string(left_--));
        client_.async_upload(
            std::move(grant), from, [this, source = std::move(source)](sluice::result<sluice::receipt> done) {
                bench::need(done);
                confirmed_ += done->bytes;
                if (left_ > 0)
                    next();
                if (--unconfirmed_ == 0)
                    context_.stop();
            });
    }

    asio::io_context& context_;
    bench::sluice_setting const& with_;
    std::vector<char> bytes_;
    std::uint64_t left_;  // to begin
    std::uint64_t unconfirmed_;
    std::uint64_t confirmed_ = 0;
    sluice::client client_;
};

bench::report measure(bench::arguments& given)
{
    bench::sluice_setting const with(given);
    auto const objects = given.number("objects", 1000);
    auto const size = given.number("size", 16 * sluice::kib);
    auto const at_once = given.number("at-once", 256);
    given.refuse_rest();

    asio::io_context context(1);
    bench::report r;
    uploader all(context, with, objects, size);
    bench::meter const measured;
    all.start(at_once);
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
