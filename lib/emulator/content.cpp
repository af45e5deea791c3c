#include "emulator/content.hpp"

#include "base/crc64.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace sluice::emulator
{

namespace
{

// An announced length is trusted this far only: a client may lie about it.
constexpr std::uint64_t reserve_limit = 64U << 20U;

std::optional<std::string> read_file(std::string const& path, std::uint64_t offset, std::uint64_t length)
{
    int const descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return std::nullopt;

    std::string bytes(length, '\0');
    std::size_t done = 0;
    while (done < bytes.size())
    {
        auto const got =
            ::pread(descriptor, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        done += static_cast<std::size_t>(got);
    }
    ::close(descriptor);
    if (done != bytes.size())
        return std::nullopt;
    return bytes;
}

}  // namespace

content::content(std::string bytes) : size_(bytes.size())
{
    blocks_.push_back(std::make_shared<std::string const>(std::move(bytes)));
}

content::content(std::string file, std::uint64_t size) : file_(std::move(file)), size_(size) {}

std::optional<std::string> content::read(std::uint64_t offset, std::uint64_t length) const
{
    offset = std::min(offset, size_);
    length = std::min(length, size_ - offset);
    if (length == 0)
        return std::string();
    if (!file_.empty())
        return read_file(file_, offset, length);

    std::string bytes;
    bytes.reserve(length);
    for (auto const& block : blocks_)
    {
        if (bytes.size() == length)
            break;
        if (offset >= block->size())
        {
            offset -= block->size();
            continue;
        }
        bytes.append(*block, offset, length - bytes.size());
        offset = 0;
    }
    return bytes;
}

void content::append(content const& more)
{
    blocks_.insert(blocks_.end(), more.blocks_.begin(), more.blocks_.end());
    size_ += more.size_;
}

body_writer::body_writer(std::string file, std::uint64_t expected)
{
    if (file.empty())
        memory_.reserve(std::min(expected, reserve_limit));
    else
        file_.emplace(std::move(file), output_file::mode::create);
}

body_writer::~body_writer()
{
    if (file_ && file_->is_open())
        ::unlink(file_->path().c_str());
}

void body_writer::write(std::span<std::byte const> block)
{
    size_ += block.size();
    crc64_ = crc64(crc64_, block);
    md5_.update(block);
    if (file_)
        file_->write(block);
    else
        memory_.append(reinterpret_cast<char const*>(block.data()), block.size());
}

std::optional<received_body> body_writer::finish()
{
    received_body body;
    body.crc64 = crc64_;
    body.md5 = md5_.finish();
    if (!file_)
    {
        body.bytes = content(std::move(memory_));
        return body;
    }
    if (!file_->close())
    {
        ::unlink(file_->path().c_str());
        return std::nullopt;
    }
    body.bytes = content(file_->path(), size_);
    return body;
}

}  // namespace sluice::emulator
