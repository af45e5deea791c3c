// Uploads what comes from somewhere else, of which nobody knows when it will end: here, from a TCP connection.
//   live_stream HOST PORT REGION
#include <sluice/sluice.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cstdlib>
#include <exception>
#include <iostream>

namespace
{

namespace asio = boost::asio;

// The writer keeps what the service has not confirmed yet, within client_config::memory_limit: when the line is slower
// than the camera, async_write() takes its time, and the camera's connection fills up.
asio::awaitable<int> ingest(sluice::client_config config, std::string host, std::string port)
{
    auto const executor = co_await asio::this_coro::executor;
    asio::ip::tcp::resolver resolver(executor);
    asio::ip::tcp::socket camera(executor);
    co_await asio::async_connect(
        camera, co_await resolver.async_resolve(host, port, asio::use_awaitable), asio::use_awaitable);

    sluice::client client(executor, std::move(config));
    sluice::stream_request request;
    request.file_extension = "ts";
    auto opened = co_await client.async_open_writer(request);
    if (!opened)
    {
        std::cerr << opened.error().describe() << '\n';
        co_return EXIT_FAILURE;
    }
    auto& writer = *opened;
    std::cerr << "to be found at " << writer.file_url() << '\n';

    std::array<char, 65536> bytes{};
    for (;;)
    {
        auto const [ended, size] =
            co_await camera.async_read_some(asio::buffer(bytes), asio::as_tuple(asio::use_awaitable));
        if (ended)
            break;
        auto const [failed, written] =
            co_await asio::async_write(writer, asio::buffer(bytes.data(), size), asio::as_tuple(asio::use_awaitable));
        if (failed)
            break;  // async_finish() says why
    }
    auto const receipt = co_await writer.async_finish();
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
    if (argc != 4)
    {
        std::cerr << "usage: live_stream HOST PORT REGION\n";
        return 2;
    }
    auto credentials = sluice::credentials_from_environment();
    if (!credentials)
    {
        std::cerr << credentials.error().describe() << '\n';
        return 2;
    }
    sluice::client_config config;
    config.region = argv[3];
    config.credentials = *credentials;

    asio::io_context context;
    int exit_code = EXIT_FAILURE;
    auto const begin = [&] { return ingest(std::move(config), argv[1], argv[2]); };
    asio::co_spawn(context, begin,
        [&](std::exception_ptr const& failure, int code) { exit_code = failure ? EXIT_FAILURE : code; });
    context.run();
    return exit_code;
}
