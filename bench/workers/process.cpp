// Limits inside one process, in blocks of 256 KiB, for which no server is needed:
//   --do pread|crc|aes-gcm, --file PATH, --bytes N
// `crc` is the CRC-64 of a block just read from the file, as an upload takes it; the reading is not in its figure.
#include "base/crc64.hpp"
#include "support/arguments.hpp"
#include "support/pattern.hpp"
#include "support/report.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <span>

namespace
{

constexpr std::size_t block_size = 256UL << 10;
constexpr std::size_t record_size = 16UL << 10;

double cpu_now() noexcept
{
    timespec t{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

[[noreturn]] void fail(char const* what)
{
    std::perror(what);
    std::exit(1);
}

// Hands the file's blocks out again and again until so many bytes have passed.
template <class Each>
void read_blocks(std::string const& file, std::uint64_t bytes, Each const& each)
{
    int const descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    std::vector<char> block(block_size);
    ::off_t offset = 0;
    for (std::uint64_t passed = 0; passed < bytes;)
    {
        auto const got = ::pread(descriptor, block.data(), block.size(), offset);
        if (got < 0 || (got == 0 && offset == 0))
            fail(file.c_str());
        offset = got == 0 ? 0 : offset + got;
        passed += static_cast<std::uint64_t>(got);
        each(std::span(block).first(static_cast<std::size_t>(got)));
    }
    ::close(descriptor);
}

double cpu_of_pread(std::string const& file, std::uint64_t bytes)
{
    auto const begun = cpu_now();
    read_blocks(file, bytes, [](auto) {});
    return cpu_now() - begun;
}

double cpu_of_crc(std::string const& file, std::uint64_t bytes)
{
    double used = 0;
    std::uint64_t crc = 0;
    read_blocks(file, bytes, [&](std::span<char const> block) {
        auto const begun = cpu_now();
        crc = sluice::crc64(crc, std::as_bytes(block));
        used += cpu_now() - begun;
    });
    return crc == 0 ? 0 : used;  // so that the CRC is not optimised away
}

double cpu_of_aes_gcm(std::uint64_t bytes)
{
    struct free_context
    {
        void operator()(EVP_CIPHER_CTX* c) const noexcept { EVP_CIPHER_CTX_free(c); }
    };
    auto const plain = bench::make_pattern(block_size);
    std::vector<unsigned char> sealed(record_size + 16);
    std::array<unsigned char, 16> const key{1, 2, 3};
    std::array<unsigned char, 12> nonce{};
    std::unique_ptr<EVP_CIPHER_CTX, free_context> const context(EVP_CIPHER_CTX_new());
    EVP_EncryptInit_ex(context.get(), EVP_aes_128_gcm(), nullptr, key.data(), nullptr);

    auto const begun = cpu_now();
    for (std::uint64_t passed = 0; passed < bytes; passed += record_size)
    {
        auto const* const from = reinterpret_cast<unsigned char const*>(plain.data()) + passed % block_size;
        int size = 0;
        ++nonce[11];
        EVP_EncryptInit_ex(context.get(), nullptr, nullptr, nullptr, nonce.data());
        EVP_EncryptUpdate(context.get(), sealed.data(), &size, from, record_size);
        EVP_EncryptFinal_ex(context.get(), sealed.data() + size, &size);
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, 16, sealed.data() + record_size);
    }
    return cpu_now() - begun;
}

}  // namespace

int main(int argc, char** argv)
{
    bench::arguments given(argc, argv);
    auto const what = given.text("do", "");
    auto const file = given.text("file", "");
    bench::report r;
    r.bytes = given.number("bytes", 1UL << 30);
    given.refuse_rest();
    if (what == "pread")
        r.used.user = cpu_of_pread(file, r.bytes);
    else if (what == "crc")
        r.used.user = cpu_of_crc(file, r.bytes);
    else if (what == "aes-gcm")
        r.used.user = cpu_of_aes_gcm(r.bytes);
    else
        return 2;
    r.used.wall = r.used.user;
    bench::print(r);
}
