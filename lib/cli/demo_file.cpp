#include "cli/demo_file.hpp"

#include "base/crc64.hpp"
#include "base/digest.hpp"
#include "base/hex.hpp"

#include <boost/asio/error.hpp>

#include <array>
#include <cerrno>
#include <fstream>
#include <random>
#include <vector>

namespace sluice::cli
{

namespace
{

constexpr std::size_t block_size = 1 << 20;

error file_error(std::string const& path, char const* what)
{
    auto const why = boost::system::error_code(errno, boost::system::system_category());
    return {why, std::string(what) + ' ' + path + ": " + why.message()};
}

std::string box_header(std::uint32_t size, std::string_view type)
{
    std::string header;
    for (int shift = 24; shift >= 0; shift -= 8)
        header += static_cast<char>(size >> shift & 0xFF);
    return header += type;
}

}  // namespace

result<void> write_demo_file(std::string const& path, std::uint64_t bytes, bool (*interrupted)() noexcept)
{
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    if (!out)
        return file_error(path, "cannot write");

    std::string head = box_header(20, "ftyp") + std::string("isom\0\0\2\0mp41", 12);
    head += box_header(8, "moov");
    head += box_header(static_cast<std::uint32_t>(bytes - head.size()), "mdat");
    out.write(head.data(), static_cast<std::streamsize>(head.size()));

    std::mt19937_64 numbers(20201109);  // the same bytes every time
    std::vector<std::uint64_t> block(block_size / sizeof(std::uint64_t));
    for (std::uint64_t left = bytes - head.size(); left > 0 && out;)
    {
        if (interrupted())
            return error(boost::asio::error::operation_aborted, "interrupted while " + path + " was written");
        for (auto& word : block)
            word = numbers();
        auto const now = std::min<std::uint64_t>(left, block_size);
        out.write(reinterpret_cast<char const*>(block.data()), static_cast<std::streamsize>(now));
        left -= now;
    }
    out.close();
    if (!out)
        return file_error(path, "cannot write");
    return {};
}

result<file_fingerprint> fingerprint_of(std::string const& path, bool (*interrupted)() noexcept)
{
    std::ifstream in(path, std::ios::binary);
    if (!in)
        return file_error(path, "cannot read");

    file_fingerprint print;
    running_digest sha256(running_digest::algorithm::sha256);
    std::vector<char> block(block_size);
    while (in)
    {
        if (interrupted())
            return error(boost::asio::error::operation_aborted, "interrupted while " + path + " was read");
        in.read(block.data(), static_cast<std::streamsize>(block.size()));
        auto const read = std::as_bytes(std::span(block.data(), static_cast<std::size_t>(in.gcount())));
        sha256.update(read);
        print.crc64 = crc64(print.crc64, read);
        print.bytes += read.size();
    }
    if (in.bad())
        return file_error(path, "cannot read");
    print.sha256 = to_hex(as_bytes(sha256.finish()));
    return print;
}

}  // namespace sluice::cli
