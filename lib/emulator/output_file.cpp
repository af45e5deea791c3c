#include "emulator/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace sluice::emulator
{

namespace
{

constexpr mode_t file_mode = 0644;

}  // namespace

output_file::output_file(std::string path, mode m) noexcept
    : path_(std::move(path)),
      descriptor_(::open(path_.c_str(), O_WRONLY | O_CLOEXEC | (m == mode::create ? O_CREAT | O_EXCL : 0), file_mode)),
      good_(descriptor_ >= 0 && (m == mode::change || ::fchmod(descriptor_, file_mode) == 0))
{}

output_file::~output_file()
{
    close();
}

void output_file::write(std::span<std::byte const> bytes)
{
    while (good_ && !bytes.empty())
    {
        auto const written = ::write(descriptor_, bytes.data(), bytes.size());
        if (written > 0)
            bytes = bytes.subspan(static_cast<std::size_t>(written));
        else if (written == 0 || errno != EINTR)
            good_ = false;
    }
}

void output_file::cut(std::uint64_t size)
{
    auto const end = static_cast<off_t>(size);
    good_ = good_ && ::ftruncate(descriptor_, end) == 0 && ::lseek(descriptor_, end, SEEK_SET) == end;
}

bool output_file::close()
{
    if (descriptor_ >= 0)
        good_ = ::close(std::exchange(descriptor_, -1)) == 0 && good_;
    return good_;
}

}  // namespace sluice::emulator
