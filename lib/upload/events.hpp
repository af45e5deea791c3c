#pragma once

#include <sluice/upload_event.hpp>

#include <string_view>

namespace sluice::upload
{

// Tells the caller what happens, if somebody listens.
class events
{
public:
    explicit events(event_listener listener) noexcept : listener_(listener) {}

    void tell(upload_event_kind what, std::string_view text) const
    {
        if (listener_.function != nullptr)
            listener_.function(listener_.argument, upload_event{.kind = what, .text = text});
    }

private:
    event_listener listener_;
};

}  // namespace sluice::upload
