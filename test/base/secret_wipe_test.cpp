// Replaces the array forms of operator new and delete, to see what a secret leaves in the memory it gives back.
#include <sluice/secret.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>

using namespace sluice;

namespace
{

// One block of memory whose content is looked at when it is freed: afterwards it must not be.
struct
{
    void const* block = nullptr;
    std::size_t size = 0;
    bool freed = false;
    bool wiped = false;
} watched;

void watch(secret_string const& secret)
{
    watched = {secret.reveal().data(), secret.reveal().size()};
}

void look_and_free(void* block) noexcept
{
    if (block != nullptr && block == watched.block)
    {
        auto const* bytes = static_cast<char const*>(block);
        watched.wiped = std::all_of(bytes, bytes + watched.size, [](char c) { return c == '\0'; });
        watched.freed = true;
        watched.block = nullptr;
    }
    std::free(block);
}

}  // namespace

void* operator new[](std::size_t size)
{
    if (auto* const block = std::malloc(size != 0 ? size : 1))
        return block;
    throw std::bad_alloc();
}

void* operator new[](std::size_t size, std::nothrow_t const&) noexcept
{
    return std::malloc(size != 0 ? size : 1);
}

void operator delete[](void* block) noexcept
{
    look_and_free(block);
}

void operator delete[](void* block, std::size_t) noexcept
{
    look_and_free(block);
}

void operator delete[](void* block, std::nothrow_t const&) noexcept
{
    look_and_free(block);
}

TEST_CASE("a secret is wiped before its memory is freed")
{
    SUBCASE("when it is destroyed")
    {
        secret_string const secret("top secret");
        watch(secret);
    }
    SUBCASE("when another is copied into it")
    {
        secret_string secret("top secret");
        secret_string const other("x");
        watch(secret);
        secret = other;
        CHECK(secret.reveal() == "x");
    }
    SUBCASE("when another is moved into it")
    {
        secret_string secret("top secret");
        watch(secret);
        secret = secret_string("x");
        CHECK(secret.reveal() == "x");
    }
    CHECK(watched.freed);
    CHECK(watched.wiped);
}
