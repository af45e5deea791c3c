#include "net/block_store.hpp"

#include <doctest/doctest.h>

#include <array>
#include <memory>

using namespace sluice::net;

TEST_CASE("a block is used again, and no more are kept than allowed")
{
    auto const store = std::make_shared<block_store>(2);
    using item = std::array<long, 8>;
    block_allocator<item> const from(store);
    auto first = std::allocate_shared<item>(from);
    auto const* const where = first.get();
    first.reset();
    CHECK(store->unused() == 1);
    auto second = std::allocate_shared<item>(from);
    CHECK(second.get() == where);
    auto third = std::allocate_shared<item>(from);
    auto fourth = std::allocate_shared<item>(from);
    second.reset();
    third.reset();
    fourth.reset();
    CHECK(store->unused() == 2);
}

TEST_CASE("blocks of another size come from elsewhere")
{
    block_store store(2);
    auto* const usual = store.take(64);
    auto* const other = store.take(128);
    store.give_back(other, 128);
    CHECK(store.unused() == 0);
    store.give_back(usual, 64);
    CHECK(store.unused() == 1);
}

TEST_CASE("what was allocated keeps its store alive")
{
    auto store = std::make_shared<block_store>(2);
    auto const item = std::allocate_shared<int>(block_allocator<int>(store), 7);
    store.reset();
    CHECK(*item == 7);
}
