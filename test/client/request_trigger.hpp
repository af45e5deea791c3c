#pragma once

#include <functional>
#include <mutex>
#include <utility>

namespace sluice::test
{

// Does something once when a server has seen so many requests, on the server's thread. What comes after it was disarmed
// finds nothing to do.
class request_trigger
{
public:
    void arm(unsigned after, std::function<void()> what)
    {
        std::lock_guard const lock(mutex_);
        left_ = after;
        what_ = std::move(what);
    }

    // Whether it was due.
    bool disarm()
    {
        std::lock_guard const lock(mutex_);
        what_ = {};
        return std::exchange(left_, 0) == 0;
    }

    void request_seen()
    {
        std::lock_guard const lock(mutex_);
        if (left_ == 0)
            return;
        --left_;
        if (left_ == 0 && what_)
            what_();
    }

private:
    std::mutex mutex_;
    unsigned left_ = 0;
    std::function<void()> what_;
};

}  // namespace sluice::test
