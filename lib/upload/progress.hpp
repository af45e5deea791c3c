#pragma once

#include <sluice/upload_options.hpp>

namespace sluice::upload
{

// Keeps the figures of one upload, and tells the listener. On the client's strand.
class progress_meter
{
public:
    progress_meter(progress_listener listener, std::uint64_t bytes, unsigned parts) noexcept : listener_(listener)
    {
        state_.bytes_total = bytes;
        state_.parts_total = parts;
    }

    // A block is on its way.
    void sent(std::uint64_t bytes)
    {
        state_.bytes_sent += bytes;
        tell();
    }

    // An attempt failed: its bytes count as never sent.
    void lost(std::uint64_t bytes) noexcept { state_.bytes_sent -= bytes; }

    // The server has them, with an equal CRC-64. retries: of the whole upload, so far.
    void confirmed(std::uint64_t bytes, unsigned retries)
    {
        state_.bytes_confirmed += bytes;
        state_.parts_confirmed += state_.parts_total != 0 ? 1 : 0;
        state_.retries = retries;
        tell();
    }

private:
    void tell() const
    {
        if (listener_.function != nullptr)
            listener_.function(listener_.argument, state_);
    }

    progress_listener listener_;
    upload_progress state_;
};

}  // namespace sluice::upload
