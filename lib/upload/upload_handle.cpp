#include <sluice/upload_handle.hpp>

#include "upload/control.hpp"

namespace sluice
{

upload_handle::upload_handle() : control_(std::make_shared<detail::upload_control>()) {}

upload_handle::~upload_handle() = default;

upload_status upload_handle::status() const
{
    return control_->status();
}

void upload_handle::pause()
{
    control_->pause();
}

void upload_handle::resume()
{
    control_->resume();
}

void upload_handle::cancel(on_cancel what)
{
    control_->cancel(what);
}

void upload_handle::set_bandwidth(std::uint64_t bytes_per_second)
{
    control_->set_bandwidth(bytes_per_second);
}

}  // namespace sluice
