#include "client/client_start.hpp"

#include <sluice/client.hpp>

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

void client::start_upload_stream(asio::any_completion_handler<void(result<receipt>)> handler,
    std::shared_ptr<impl> const& self, stream_request request, source* src, upload_options options)
{
    self->start(std::move(handler),
        [request = std::move(request), src, options](impl& c) { return c.upload_stream(request, *src, options); });
}

void client::start_upload(asio::any_completion_handler<void(result<receipt>)> handler,
    std::shared_ptr<impl> const& self, upload_grant grant, source* src, upload_options options)
{
    self->start(std::move(handler),
        [grant = std::move(grant), src, options](impl& c) { return c.upload(grant, *src, options); });
}

void client::start_create_upload_stream(asio::any_completion_handler<void(result<upload_grant>)> handler,
    std::shared_ptr<impl> const& self, stream_request request)
{
    self->start(
        std::move(handler), [request = std::move(request)](impl& c) { return c.create_upload_stream(request); });
}

void client::start_call(asio::any_completion_handler<void(result<api_response>)> handler,
    std::shared_ptr<impl> const& self, std::string operation, api_parameters parameters)
{
    self->start(std::move(handler), [operation = std::move(operation), parameters = std::move(parameters)](
                                        impl& c) { return c.call(operation, parameters); });
}

}  // namespace sluice
