#include "support/allocations.hpp"

#include <openssl/crypto.h>

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

// The forms for arrays, without exceptions and with a size call these two. Aligned ones are left alone and not counted.
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
