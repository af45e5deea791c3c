#pragma once

#include <sluice/client.hpp>

#include <mutex>

namespace sluice
{

// The figures of a client: written on its strand, read from any thread.
class stats_board
{
public:
    void write(client_stats const& figures)
    {
        std::lock_guard const lock(mutex_);
        figures_ = figures;
    }

    [[nodiscard]] client_stats read() const
    {
        std::lock_guard const lock(mutex_);
        return figures_;
    }

private:
    mutable std::mutex mutex_;
    client_stats figures_;
};

}  // namespace sluice
