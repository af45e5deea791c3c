#pragma once

#include "emulator/message.hpp"

#include <memory>
#include <mutex>

namespace sluice::emulator
{

// A service whose every step holds a lock, so that other threads may look at what it keeps.
class guarded_service final : public service
{
public:
    guarded_service(std::shared_ptr<service> inner, std::shared_ptr<std::mutex> lock);

    std::unique_ptr<operation> begin(request_head const& head) override;

private:
    std::shared_ptr<service> inner_;
    std::shared_ptr<std::mutex> lock_;
};

}  // namespace sluice::emulator
