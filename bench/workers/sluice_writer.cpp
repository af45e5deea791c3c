// Streams through sluice's upload_writer, as from live sources: nobody knows their length.
//   --writers N, --bytes N (of each), --write N (bytes at a time), --memory-limit N, --connections N
#include "support/memory.hpp"
#include "support/meter.hpp"
#include "support/pattern.hpp"
#include "support/report.hpp"
#include "workers/sluice_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace
{

namespace asio = boost::asio;

struct work
{
    explicit work(bench::arguments& given)
        : with(given),
          writers(given.number("writers", 1)),
          bytes(given.number("bytes", 0)),
          piece(bench::make_pattern(given.number("write", 64UL * 1024)))
    {
        with.config.memory_limit = given.number("memory-limit", with.config.memory_limit);
        given.refuse_rest();
    }

    bench::sluice_setting with;
    std::uint64_t writers;
    std::uint64_t bytes;
    std::vector<char> piece;
};

class streams
{
public:
    streams(work const& w, bench::report& r, asio::io_context& context)
        : work_(w),
          report_(r),
          context_(context),
          client_(std::make_unique<sluice::client>(context.get_executor(), w.with.config))
    {}

    void begin()
    {
        measured_ = std::make_unique<bench::meter>();
        for (std::uint64_t i = 0; i < work_.writers; ++i)
            asio::co_spawn(context_, write_one(i), asio::detached);
    }

private:
    asio::awaitable<void> write_one(std::uint64_t number)
    {
        auto grant = work_.with.grant("live/0123456789/" + std::to_string(number) + ".ts");
        auto opened = co_await client_->async_open_writer(std::move(grant), {}, asio::use_awaitable);
        bench::need(opened);
        for (std::uint64_t sent = 0; sent < work_.bytes;)
        {
            auto const next = std::min<std::uint64_t>(work_.piece.size(), work_.bytes - sent);
            sent += co_await asio::async_write(
                *opened, asio::buffer(work_.piece.data(), static_cast<std::size_t>(next)), asio::use_awaitable);
        }
        auto const done = co_await opened->async_finish(asio::use_awaitable);
        bench::need(done);
        report_.bytes += done->bytes;
        if (++ended_ == work_.writers)
            end();
    }

    void end()
    {
        report_.used = measured_->stop();
        auto const counted = client_->stats();
        report_.requests = counted.requests;
        report_.beside = {{"connections", static_cast<double>(counted.connections_opened)},
            {"retries", static_cast<double>(counted.retries)},
            {"MiB at most", static_cast<double>(bench::peak_resident_bytes()) / (1024.0 * 1024.0)}};
        client_.reset();
    }

    work const& work_;
    bench::report& report_;
    asio::io_context& context_;
    std::unique_ptr<sluice::client> client_;
    std::unique_ptr<bench::meter> measured_;
    std::uint64_t ended_ = 0;
};

}  // namespace

int main(int argc, char** argv)
{
    bench::arguments given(argc, argv);
    work const w(given);
    bench::report r;
    asio::io_context context(1);
    streams all(w, r, context);
    all.begin();
    context.run();
    bench::print(r);
}
