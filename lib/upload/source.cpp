#include <sluice/source.hpp>

namespace sluice
{

std::optional<source_identity> source::identity() const
{
    return std::nullopt;
}

asio::const_buffer source::view(std::uint64_t, std::size_t) const noexcept
{
    return {};
}

}  // namespace sluice
