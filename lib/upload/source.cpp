#include <sluice/source.hpp>

namespace sluice
{

asio::const_buffer source::view(std::uint64_t, std::size_t) const noexcept
{
    return {};
}

}  // namespace sluice
