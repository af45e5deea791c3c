// One large object through sluice's public API, the whole path: signing, parts, CRC-64, retries armed.
//   --file PATH | --memory BYTES, --uploads N, --part-size N, --parts-in-flight N, --connections N, --stream
#include "support/meter.hpp"
#include "support/pattern.hpp"
#include "support/report.hpp"
#include "workers/sluice_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>

namespace
{

namespace asio = boost::asio;

struct work
{
    explicit work(bench::arguments& given)
        : with(given),
          file(given.text("file", "")),
          memory(bench::make_pattern(given.number("memory", 0))),
          uploads(given.number("uploads", 1)),
          stream(given.flag("stream"))
    {
        options.part_size = given.number("part-size", options.part_size);
        options.parts_in_flight = static_cast<unsigned>(given.number("parts-in-flight", options.parts_in_flight));
        given.refuse_rest();
    }

    bench::sluice_setting with;
    std::string file;
    std::vector<char> memory;
    std::uint64_t uploads;
    bool stream;  // asks for a grant first, each time
    sluice::upload_options options;
};

std::unique_ptr<sluice::source> source_of(work const& w)
{
    if (!w.file.empty())
        return std::make_unique<sluice::file_source>(w.file);
    return std::make_unique<sluice::memory_source>(asio::buffer(w.memory));
}

asio::awaitable<sluice::result<sluice::receipt>> upload_one(
    sluice::client& client, work const& w, sluice::source& source)
{
    if (w.stream)
    {
        sluice::stream_request request("0123456789abcdef0123456789abcdef");
        co_return co_await client.async_upload_stream(std::move(request), source, w.options, asio::use_awaitable);
    }
    auto grant = w.with.grant("stream/0123456789/0123456789.mp4");
    co_return co_await client.async_upload(std::move(grant), source, w.options, asio::use_awaitable);
}

asio::awaitable<void> upload_all(work const& w, bench::report& r)
{
    auto const source = source_of(w);
    bench::meter const measured;
    sluice::client client(co_await asio::this_coro::executor, w.with.config);
    for (std::uint64_t i = 0; i < w.uploads; ++i)
    {
        auto const done = co_await upload_one(client, w, *source);
        bench::need(done);
        r.bytes += done->bytes;
    }
    r.used = measured.stop();
    auto const counted = client.stats();
    r.requests = counted.requests;
    r.beside = {{"connections", static_cast<double>(counted.connections_opened)},
        {"retries", static_cast<double>(counted.retries)}};
}

}  // namespace

int main(int argc, char** argv)
{
    bench::arguments given(argc, argv);
    work const w(given);
    bench::report r;
    asio::io_context context(1);
    asio::co_spawn(context, upload_all(w, r), asio::detached);
    context.run();
    bench::print(r);
}
