#pragma once

#include "net/retry.hpp"
#include "oss/service.hpp"
#include "upload/environment.hpp"
#include "upload/progress.hpp"
#include "upload/proof.hpp"
#include "upload/step_gate.hpp"

#include <sluice/source.hpp>

namespace sluice::upload
{

// A whole object in one request.
class put
{
public:
    // What it works with; all of it must outlive it.
    struct tools
    {
        environment const& env;
        net::caller const& caller;
        oss::service& oss;
        oss::object_location const& at;
        source& from;
        progress_meter& meter;
        step_gate const& gate;
        net::attempt_log& failed;
        bandwidth_gate const& bandwidth;
        turnstile::pass& turn;  // left when the object was sent whole
    };

    put(tools const& with, std::uint64_t size) noexcept : with_(with), size_(size) {}

    asio::awaitable<result<delivery>> run();

    // Requests sent again because the server's CRC-64 was another.
    [[nodiscard]] unsigned repeats() const noexcept { return repeats_; }

private:
    tools with_;
    std::uint64_t size_;
    unsigned repeats_ = 0;
};

}  // namespace sluice::upload
