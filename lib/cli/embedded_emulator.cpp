#include "cli/embedded_emulator.hpp"

#include <system_error>
#include <utility>

namespace sluice::cli
{

result<std::unique_ptr<embedded_emulator>> embedded_emulator::start(emulator::config config)
{
    auto folder = temporary_folder::make();
    if (!folder)
        return std::move(folder).error();
    if (config.ca_file.empty())
        config.ca_file = (folder->path() / "ca.pem").string();

    std::unique_ptr<embedded_emulator> running(new embedded_emulator(std::move(*folder), std::move(config)));
    if (auto started = running->server_.start(); !started)
        return std::move(started).error();
    try
    {
        running->thread_ = std::thread([&context = running->context_] { context.run(); });
    }
    catch (std::system_error const& e)
    {
        return error(e.code(), "no thread for the emulator could be started: " + e.code().message());
    }
    return running;
}

embedded_emulator::embedded_emulator(temporary_folder folder, emulator::config config)
    : folder_(std::move(folder)), server_(context_.get_executor(), std::move(config))
{}

embedded_emulator::~embedded_emulator()
{
    server_.stop();
    if (thread_.joinable())
        thread_.join();
}

void embedded_emulator::point(client_config& config) const
{
    auto const& settings = server_.settings();
    config.ims_endpoint = server_.ims_tls_url();
    config.region = settings.region;
    config.ca_file = settings.ca_file;
    config.credentials = credentials(settings.access_key_id, settings.access_key_secret, settings.security_token);
}

}  // namespace sluice::cli
