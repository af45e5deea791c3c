// Uploads files as streams on every core: an io_context, a thread and a client for each, and the files spread over
// them. This is the fast form for more than one core: what runs on one shares nothing with the others, so nothing waits
// for a lock and no wake-up crosses cores.
//   client_per_core REGION FILE...
#include <sluice/sluice.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <span>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace
{

namespace asio = boost::asio;

constexpr unsigned uploads_at_once = 8;  // on each core

// What is left to do. All that the cores share: each takes the next file when it has room for one.
class queue
{
public:
    explicit queue(std::span<char*> files) : files_(files) {}

    // Null: there is none left.
    char const* next()
    {
        auto const index = next_++;
        return index < files_.size() ? files_[index] : nullptr;
    }

    void failed() { failed_ = true; }
    [[nodiscard]] bool all_uploaded() const { return !failed_; }

private:
    std::span<char*> files_;
    std::atomic<std::size_t> next_ = 0;
    std::atomic<bool> failed_ = false;
};

asio::awaitable<void> upload_some(sluice::client& client, queue& files)
{
    while (auto const* const file = files.next())
    {
        sluice::file_source source(file);
        auto const receipt = co_await client.async_upload_stream(sluice::stream_request(), source);
        std::ostringstream line;  // written in one go, for other threads write too
        if (receipt)
            line << file << ": " << receipt->file_url << ", crc64 " << receipt->crc64 << '\n';
        else
            line << receipt.error().describe() << '\n';
        (receipt ? std::cout : std::cerr) << line.str();
        if (!receipt)
            files.failed();
    }
}

// The client ends with this coroutine, and its idle connections with it: then run() returns.
asio::awaitable<void> work_on_one_core(sluice::client_config config, queue& files)
{
    auto const executor = co_await asio::this_coro::executor;
    sluice::client client(executor, std::move(config));
    using upload = decltype(asio::co_spawn(executor, upload_some(client, files), asio::deferred));
    std::vector<upload> uploads;
    uploads.reserve(uploads_at_once);
    for (unsigned i = 0; i < uploads_at_once; ++i)
        uploads.push_back(asio::co_spawn(executor, upload_some(client, files), asio::deferred));
    auto all = asio::experimental::make_parallel_group(std::move(uploads));
    co_await all.async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);
}

void run_one_core(sluice::client_config const& config, queue& files)
{
    asio::io_context context(1);  // one thread runs it, so Asio wakes no others
    asio::co_spawn(context, work_on_one_core(config, files), [](std::exception_ptr const& failure) {
        if (failure)
            std::rethrow_exception(failure);
    });
    context.run();
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 3)
    {
        std::cerr << "usage: client_per_core REGION FILE...\n";
        return 2;
    }
    auto credentials = sluice::credentials_from_environment();
    if (!credentials)
    {
        std::cerr << credentials.error().describe() << '\n';
        return 2;
    }
    sluice::client_config config;
    config.region = argv[1];
    config.credentials = *credentials;

    queue files(std::span(argv, static_cast<std::size_t>(argc)).subspan(2));
    {
        std::vector<std::jthread> cores;
        for (auto count = std::max(std::thread::hardware_concurrency(), 1U); count > 0; --count)
            cores.emplace_back([&] { run_one_core(config, files); });
    }
    return files.all_uploaded() ? EXIT_SUCCESS : EXIT_FAILURE;
}
