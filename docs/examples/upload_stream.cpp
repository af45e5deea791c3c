// Uploads one file as a stream, as the README shows it, but to any endpoint:
//   upload_stream FILE REGION
#include <sluice/sluice.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>

namespace
{

// The client ends with this coroutine, and its idle connections with it: then run() returns at once.
boost::asio::awaitable<int> ingest(sluice::client_config config, std::string path)
{
    sluice::client client(co_await boost::asio::this_coro::executor, std::move(config));
    sluice::file_source source(std::move(path));
    sluice::stream_request request;
    request.definition = "HD";
    request.file_extension = "mp4";

    auto const receipt = co_await client.async_upload_stream(request, source);
    if (!receipt)
    {
        std::cerr << receipt.error().describe() << '\n';
        co_return EXIT_FAILURE;
    }
    std::cout << receipt->file_url << " has " << receipt->bytes << " bytes, crc64 " << receipt->crc64 << '\n';
    co_return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 3)
    {
        std::cerr << "usage: upload_stream FILE REGION\n";
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
    boost::asio::co_spawn(context, ingest(std::move(config), argv[1]),
        [&](std::exception_ptr const& failure, int code) { exit_code = failure ? EXIT_FAILURE : code; });
    context.run();
    return exit_code;
}
