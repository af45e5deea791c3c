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

}  // namespace sluice
