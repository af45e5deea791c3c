#include <sluice/upload_handle.hpp>

#include "upload/control.hpp"

namespace sluice
{

upload_handle::upload_handle() : state_(std::make_shared<detail::handle_state>()) {}

upload_handle::~upload_handle() = default;

upload_status upload_handle::status() const
{
    return state_->current()->status();
}

void upload_handle::pause()
{
    state_->current()->pause();
}

void upload_handle::resume()
{
    state_->current()->resume();
}

void upload_handle::cancel(on_cancel what)
{
    state_->current()->cancel(what);
}

void upload_handle::set_bandwidth(std::uint64_t bytes_per_second)
{
    state_->current()->set_bandwidth(bytes_per_second);
}

}  // namespace sluice
