#include <sluice/source.hpp>

namespace sluice
{

std::string memory_source::name() const
{
    return "memory";
}

result<std::uint64_t> memory_source::open()
{
    return std::uint64_t{bytes_.size()};
}

asio::const_buffer memory_source::view(std::uint64_t offset, std::size_t size) const noexcept
{
    if (offset >= bytes_.size())
        return {};
    return asio::buffer(bytes_ + static_cast<std::size_t>(offset), size);
}

asio::awaitable<result<std::size_t>> memory_source::read_at(
    std::uint64_t offset, asio::mutable_buffer to, asio::any_io_executor)
{
    if (offset >= bytes_.size())
        co_return std::size_t{0};
    co_return asio::buffer_copy(to, bytes_ + static_cast<std::size_t>(offset));
}

result<void> memory_source::verify_unchanged()
{
    return {};  // who gave the memory promised it
}

}  // namespace sluice
