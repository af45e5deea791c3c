#include "support/allocations.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <new>

namespace
{

constinit thread_local std::uint64_t counted = 0;

void* counted_malloc(std::size_t size, char const*, int)
{
    ++counted;
    return std::malloc(size);
}

void* counted_realloc(void* old, std::size_t size, char const*, int)
{
    ++counted;
    return std::realloc(old, size);
}

void plain_free(void* memory, char const*, int)
{
    std::free(memory);
}

}  // namespace

// The forms for arrays, without exceptions and with a size call these; aligned ones take what follows them.
void* operator new(std::size_t size)
{
    ++counted;
    if (auto* const memory = std::malloc(size != 0 ? size : 1))
        return memory;
    throw std::bad_alloc();
}

void operator delete(void* memory) noexcept
{
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}

// Where Asio takes the memory for handlers and for coroutines from, when it has none to use again.
extern "C" void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept
{
    ++counted;
    void* memory = nullptr;
    return ::posix_memalign(&memory, std::max(alignment, sizeof(void*)), size) == 0 ? memory : nullptr;
}

namespace bench
{

std::uint64_t allocations() noexcept
{
    return counted;
}

void count_openssl_allocations()
{
    if (CRYPTO_set_mem_functions(&counted_malloc, &counted_realloc, &plain_free) == 1)
        return;
    std::fprintf(stderr, "OpenSSL has allocated memory before it was told to count\n");
    std::exit(1);
}

}  // namespace bench
