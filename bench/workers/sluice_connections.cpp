// What sluice's connections cost by themselves. Each carries one call of CreateUploadStream at a time.
//   --do idle: N connections are opened one by one, and idle together after two calls each; what do they hold of
//   memory?
//   --do handshakes: N connections are opened one after the other, for one call each
//   --connections N
#include "support/descriptors.hpp"
#include "support/memory.hpp"
#include "support/meter.hpp"
#include "support/report.hpp"
#include "workers/sluice_client.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>

namespace
{

namespace asio = boost::asio;

class calling
{
public:
    explicit calling(bench::sluice_setting const& with) : client_(context_.get_executor(), with.config) {}

    // All at once; returns when all have their grants.
    void run(std::uint64_t calls)
    {
        context_.restart();
        for (; calls > 0; --calls)
            start();
        context_.run();
    }

    // Each when the one before it has a connection; returns as run().
    void run_one_by_one(std::uint64_t calls)
    {
        context_.restart();
        for (std::uint64_t begun = 1; begun <= calls; ++begun)
        {
            start();
            while (client_.stats().connections_opened < begun)
                context_.run_one();
        }
        context_.run();
    }

    // Whatever the connections still have to do before they idle.
    void settle()
    {
        context_.restart();
        context_.run_for(std::chrono::milliseconds(100));
    }

    [[nodiscard]] sluice::client_stats stats() const { return client_.stats(); }

private:
    void start()
    {
        ++unanswered_;
        client_.async_create_upload_stream(sluice::stream_request("0123456789abcdef0123456789abcdef"),
            [this](sluice::result<sluice::upload_grant> const& grant) {
                bench::need(grant);
                // The client's own reads would keep it running.
                if (--unanswered_ == 0)
                    context_.stop();
            });
    }

    std::uint64_t unanswered_ = 0;
    asio::io_context context_{1};
    sluice::client client_;
};

void add_counts(bench::report& r, sluice::client_stats const& counted)
{
    r.requests = counted.requests;
    r.tls = {counted.connections_opened - counted.sessions_resumed, counted.sessions_resumed};
    r.beside["connections"] = counted.connections_open;
}

bench::report hold_idle(bench::sluice_setting const& with)
{
    std::uint64_t const connections = with.config.pool.connections;
    calling all(with);
    all.run(1);
    all.settle();

    auto const resident_before = bench::resident_bytes();
    auto const heap_before = bench::heap_bytes();
    all.run_one_by_one(connections);
    all.settle();

    bench::report r;
    auto const added = static_cast<double>(connections - 1);
    r.beside["KiB"] = static_cast<double>(bench::resident_bytes() - resident_before) / 1024 / added;
    r.beside["heap KiB"] = static_cast<double>(bench::heap_bytes() - heap_before) / 1024 / added;
    bench::meter const measured;
    all.run(connections);
    r.used = measured.stop();
    add_counts(r, all.stats());
    return r;
}

bench::report shake_hands(bench::sluice_setting& with)
{
    std::uint64_t const connections = std::exchange(with.config.pool.connections, 1);
    calling all(with);
    all.run(1);
    bench::report r;
    bench::meter const measured;
    for (auto left = connections; left > 0; --left)
        all.run(1);
    r.used = measured.stop();
    add_counts(r, all.stats());
    r.beside["connections"] = static_cast<double>(connections);
    return r;
}

}  // namespace

int main(int argc, char** argv)
{
    bench::arguments given(argc, argv);
    bench::sluice_setting with(given);
    auto const what = given.text("do", "");
    given.refuse_rest();
    bench::raise_descriptor_limit();
    with.config.pool.call_pipeline_depth = 1;
    if (what == "idle")
        bench::print(hold_idle(with));
    else if (what == "handshakes")
        bench::print(shake_hands(with));
    else
        return 2;
}
