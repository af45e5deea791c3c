#include "upload/stored_object.hpp"

#include "upload/range_digest.hpp"

namespace sluice::upload
{

asio::awaitable<std::optional<delivery>> find_stored(workshop& w, std::uint64_t size)
{
    auto const look = [&w] { return w.oss.head_object(w.at, w.gate.until()); };
    auto const there = co_await w.gate.step(look);
    if (!there || there->size != size || !there->crc64)
        co_return std::nullopt;
    part_body::range const whole{.offset = 0, .size = size};
    auto const ours = co_await digest_range(w, whole, false);
    if (!ours)
        co_return std::nullopt;
    co_return delivered(*there, {.size = size, .crc64 = ours->crc64});
}

}  // namespace sluice::upload
