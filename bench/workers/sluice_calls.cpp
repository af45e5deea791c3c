// Whole calls of CreateUploadStream through sluice's public API: made, signed, sent, and read up to a grant.
//   --calls N, --connections N, --depth N, --openssl-too
// As many callers as `connections` * `depth`, each of which begins its next call when it has its grant. The figures are
// of N calls after a warm-up. Allocations are those of the library, without what its caller makes a request of.
#include "support/allocations.hpp"
#include "support/meter.hpp"
#include "support/report.hpp"
#include "workers/sluice_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>

namespace
{

namespace asio = boost::asio;

sluice::stream_request make_request()
{
    sluice::stream_request request("0123456789abcdef0123456789abcdef");
    request.definition = "HD";
    request.file_extension = "mp4";
    return request;
}

class calling
{
public:
    calling(bench::sluice_setting const& with, std::uint64_t callers)
        : callers_(callers), client_(context_.get_executor(), with.config)
    {}

    // So many calls; returns when all have their grants.
    void run(std::uint64_t calls)
    {
        left_ = unanswered_ = calls;
        context_.restart();
        for (std::uint64_t i = 0; i < callers_; ++i)
            asio::co_spawn(context_, keep_calling(), [](std::exception_ptr const& failed) {
                if (failed)
                    std::rethrow_exception(failed);
            });
        context_.run();
    }

    [[nodiscard]] std::uint64_t allocations_of_callers() const noexcept { return allocations_of_callers_; }
    [[nodiscard]] sluice::client_stats stats() const { return client_.stats(); }

private:
    asio::awaitable<void> keep_calling()
    {
        while (left_ > 0)
        {
            --left_;
            auto const before = bench::allocations();
            auto request = make_request();
            allocations_of_callers_ += bench::allocations() - before;
            auto const grant = co_await client_.async_create_upload_stream(std::move(request), asio::use_awaitable);
            bench::need(grant);
            // The client's own reads would keep it running.
            if (--unanswered_ == 0)
                context_.stop();
        }
    }

    std::uint64_t callers_;
    std::uint64_t left_ = 0;  // to begin
    std::uint64_t unanswered_ = 0;
    std::uint64_t allocations_of_callers_ = 0;
    asio::io_context context_{1};
    sluice::client client_;
};

bench::report measure(bench::arguments& given)
{
    if (given.flag("openssl-too"))
        bench::count_openssl_allocations();
    bench::sluice_setting with(given);
    auto const calls = given.number("calls", 100'000);
    auto const depth = given.number("depth", 16);
    given.refuse_rest();
    with.config.pool.call_pipeline_depth = static_cast<unsigned>(depth);

    auto const callers = with.config.pool.connections * depth;
    calling all(with, callers);
    all.run(20 * callers);

    bench::report r;
    auto const before = bench::allocations() - all.allocations_of_callers();
    bench::meter const measured;
    all.run(calls);
    r.used = measured.stop();
    auto const allocated = bench::allocations() - all.allocations_of_callers() - before;
    auto const counted = all.stats();
    r.requests = counted.requests;
    r.beside = {{"calls", static_cast<double>(calls)},
        {"allocations", static_cast<double>(allocated) / static_cast<double>(calls)},
        {"connections", static_cast<double>(counted.connections_opened)}};
    return r;
}

}  // namespace

int main(int argc, char** argv)
{
    bench::arguments given(argc, argv);
    bench::print(measure(given));
}
