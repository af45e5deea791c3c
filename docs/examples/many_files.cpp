// Uploads files as a daemon would: some at a time, remembered on disk, so that the next run goes on where this one was
// ended, and each with a new grant when its own has ended.
//   many_files CHECKPOINT_FOLDER REGION FILE...
#include <sluice/sluice.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <list>
#include <vector>

namespace
{

void log_event(void*, sluice::upload_event const& event)
{
    std::cerr << event.text << '\n';
}

boost::asio::awaitable<int> ingest(sluice::client_config config, std::string folder, std::vector<std::string> paths)
{
    sluice::client client(co_await boost::asio::this_coro::executor, std::move(config));
    sluice::upload_options options;
    options.checkpoint = folder;
    options.keep_grant = true;  // its secrets are written, or a stream could not be resumed
    options.on_expiry = sluice::expiry_policy::restart;
    options.on_event.function = &log_event;

    std::list<sluice::file_source> sources;
    std::vector<sluice::upload_job> jobs;
    jobs.reserve(paths.size());
    sluice::stream_request const wanted;
    for (auto& path : paths)
        jobs.emplace_back(wanted, sources.emplace_back(path), options);
    auto const all = co_await client.async_upload_all(std::move(jobs), 4);

    int exit_code = EXIT_SUCCESS;
    for (std::size_t i = 0; i < paths.size(); ++i)
    {
        auto const& one = all.value()[i];
        if (one)
            std::cout << paths[i] << " is " << one->file_url << '\n';
        else
        {
            std::cerr << one.error().describe() << '\n';
            for (auto const& attempt : one.error().history)
                std::cerr << "  " << attempt.operation << ": " << attempt.reason << '\n';
            exit_code = EXIT_FAILURE;
        }
    }
    co_return exit_code;
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 4)
    {
        std::cerr << "usage: many_files CHECKPOINT_FOLDER REGION FILE...\n";
        return 2;
    }
    auto credentials = sluice::credentials_from_environment();
    if (!credentials)
    {
        std::cerr << credentials.error().describe() << '\n';
        return 2;
    }
    sluice::client_config config;
    config.region = argv[2];
    config.credentials = *credentials;

    boost::asio::io_context context;
    int exit_code = EXIT_FAILURE;
    boost::asio::co_spawn(context, ingest(std::move(config), argv[1], std::vector<std::string>(argv + 3, argv + argc)),
        [&](std::exception_ptr const& failure, int code) { exit_code = failure ? EXIT_FAILURE : code; });
    context.run();
    return exit_code;
}
