#include <sluice/source.hpp>

#include <algorithm>

namespace sluice
{

buffers_source::buffers_source(std::vector<asio::const_buffer> const& pieces)
{
    for (auto const& bytes : pieces)
    {
        if (bytes.size() == 0)
            continue;
        pieces_.push_back({size_, bytes});
        size_ += bytes.size();
    }
}

buffers_source::~buffers_source() = default;

std::string buffers_source::name() const
{
    return "memory";
}

result<std::uint64_t> buffers_source::open()
{
    return size_;
}

asio::const_buffer buffers_source::view(std::uint64_t offset, std::size_t size) const noexcept
{
    if (offset >= size_)
        return {};
    auto const starts_later = [](std::uint64_t at, piece const& p) { return at < p.offset; };
    auto const in = std::prev(std::upper_bound(pieces_.begin(), pieces_.end(), offset, starts_later));
    return asio::buffer(in->bytes + static_cast<std::size_t>(offset - in->offset), size);
}

asio::awaitable<result<std::size_t>> buffers_source::read_at(
    std::uint64_t offset, asio::mutable_buffer to, asio::any_io_executor)
{
    std::size_t got = 0;
    while (got < to.size() && offset + got < size_)
        got += asio::buffer_copy(to + got, view(offset + got, to.size() - got));
    co_return got;
}

result<void> buffers_source::verify_unchanged()
{
    return {};  // who gave the memory promised it
}

}  // namespace sluice
