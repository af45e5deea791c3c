#pragma once

#include "upload/proof.hpp"
#include "upload/turnstile.hpp"
#include "upload/workshop.hpp"

#include <optional>

namespace sluice::upload
{

// A whole object in one request.
class put
{
public:
    // Both must outlive it. `turn`: left when the object was sent whole.
    put(workshop& with, turnstile::pass& turn) noexcept : with_(with), turn_(turn) {}

    asio::awaitable<result<delivery>> run();

    // Requests sent again because the server's CRC-64 was another.
    [[nodiscard]] unsigned repeats() const noexcept { return repeats_; }

    // What was stored last that is another object than was sent (errc::checksum_mismatch), where run() ended with
    // something else that does not tell of it.
    [[nodiscard]] std::optional<error> hidden_by(result<delivery> const& outcome) const
    {
        bool const is_told = outcome || outcome.error().code == errc::checksum_mismatch;
        return is_told ? std::nullopt : stored_another_;
    }

private:
    workshop& with_;
    turnstile::pass& turn_;
    unsigned repeats_ = 0;
    std::optional<error> stored_another_;
};

}  // namespace sluice::upload
