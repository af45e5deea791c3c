#include "client/client_start.hpp"

#include <sluice/client.hpp>
#include <sluice/upload_handle.hpp>

namespace sluice
{

client::client(asio::any_io_executor ex, client_config config)
    : impl_(std::make_shared<impl>(std::move(ex), std::move(config)))
{}

client::~client()
{
    impl_->close();
}

void client::set_bandwidth(std::uint64_t bytes_a_second) noexcept
{
    impl_->set_bandwidth(bytes_a_second);
}

client_stats client::stats() const
{
    return impl_->stats();
}

std::shared_ptr<detail::upload_control> client::steering_of(upload_options const& options)
{
    return options.handle != nullptr ? options.handle->state_->for_next_upload() : nullptr;
}

void client::start_upload_stream(asio::any_completion_handler<void(result<receipt>)> handler,
    std::shared_ptr<impl> const& self, stream_request request, source* src, upload_options options)
{
    upload_call how(options, steering_of(options));
    auto const steering = how.steering;
    self->start(
        std::move(handler),
        [request = std::move(request), src, how = std::move(how)](
            impl& c) { return c.upload_stream(request, *src, how); },
        steering);
}

void client::start_upload(asio::any_completion_handler<void(result<receipt>)> handler,
    std::shared_ptr<impl> const& self, upload_grant grant, source* src, upload_options options)
{
    upload_call how(options, steering_of(options));
    auto const steering = how.steering;
    self->start(
        std::move(handler),
        [grant = std::move(grant), src, how = std::move(how)](impl& c) { return c.upload(grant, *src, how); },
        steering);
}

void client::start_create_upload_stream(asio::any_completion_handler<void(result<upload_grant>)> handler,
    std::shared_ptr<impl> const& self, stream_request request)
{
    self->start(
        std::move(handler), [request = std::move(request)](impl& c) { return c.create_upload_stream(request); });
}

void client::start_refresh_upload_media(asio::any_completion_handler<void(result<upload_grant>)> handler,
    std::shared_ptr<impl> const& self, std::string media_id)
{
    self->start(
        std::move(handler), [media_id = std::move(media_id)](impl& c) { return c.refresh_upload_media(media_id); });
}

void client::start_call(asio::any_completion_handler<void(result<api_response>)> handler,
    std::shared_ptr<impl> const& self, std::string operation, api_parameters parameters)
{
    self->start(std::move(handler), [operation = std::move(operation), parameters = std::move(parameters)](
                                        impl& c) { return c.call(operation, parameters); });
}

}  // namespace sluice
