// Objects of several clients, each on an io_context of its own, which is the form for more than one processor.
//   --contexts N, --threads N (all together, so that one context may have several), --objects N, --size BYTES,
//   --at-once N (for each client), --connections N (likewise)
#include "support/meter.hpp"
#include "support/report.hpp"
#include "workers/sluice_objects.hpp"

#include <memory>
#include <thread>
#include <vector>

namespace
{

namespace asio = boost::asio;

class clients
{
public:
    clients(bench::sluice_setting const& with, std::uint64_t contexts, std::uint64_t threads, std::uint64_t size)
        : threads_of_each_(threads / contexts)
    {
        for (; contexts > 0; --contexts)
        {
            auto& context =
                *contexts_.emplace_back(std::make_unique<asio::io_context>(static_cast<int>(threads_of_each_)));
            objects_.push_back(std::make_unique<bench::sluice_objects>(context, with, size));
        }
    }

    // Each of them its share; returns when all are confirmed.
    void run(std::uint64_t objects, std::uint64_t at_once)
    {
        for (auto const& o : objects_)
            o->start(objects / objects_.size(), at_once);
        std::vector<std::jthread> threads;
        for (auto const& context : contexts_)
            for (std::uint64_t i = 0; i < threads_of_each_; ++i)
                threads.emplace_back([&context] { context->run(); });
    }

    void add_counts(bench::report& r) const
    {
        for (auto const& o : objects_)
        {
            r.bytes += o->bytes();
            r.requests += o->stats().requests;
        }
    }

private:
    std::uint64_t threads_of_each_;
    std::vector<std::unique_ptr<asio::io_context>> contexts_;
    std::vector<std::unique_ptr<bench::sluice_objects>> objects_;
};

bench::report measure(bench::arguments& given)
{
    bench::sluice_setting const with(given);
    auto const contexts = given.number("contexts", 1);
    auto const threads = given.number("threads", contexts);
    auto const objects = given.number("objects", 10'000);
    auto const size = given.number("size", 64 * sluice::kib);
    auto const at_once = given.number("at-once", 64);
    given.refuse_rest();

    clients all(with, contexts, threads, size);
    all.run(contexts * at_once, at_once);
    bench::report r;
    bench::meter const measured;
    all.run(objects, at_once);
    r.used = measured.stop();
    all.add_counts(r);
    r.beside = {{"uploads", static_cast<double>(objects)}};
    return r;
}

}  // namespace

int main(int argc, char** argv)
{
    bench::arguments given(argc, argv);
    bench::print(measure(given));
}
