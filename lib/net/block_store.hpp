#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <vector>

namespace sluice::net
{

// Memory for objects of one type that come and go by the thousand: what one leaves the next one takes.
// One thread at a time.
class block_store
{
public:
    // Keeps at most `keep` blocks that nobody uses.
    explicit block_store(std::size_t keep) : keep_(keep)
    {
        free_.reserve(keep);  // so that giving back never fails
    }
    block_store(block_store const&) = delete;
    block_store& operator=(block_store const&) = delete;
    ~block_store()
    {
        for (auto* const block : free_)
            ::operator delete(block);
    }

    [[nodiscard]] std::size_t unused() const noexcept { return free_.size(); }

    [[nodiscard]] void* take(std::size_t size)
    {
        if (size != size_ || free_.empty())
        {
            auto* const fresh = ::operator new(size);
            size_ = size_ != 0 ? size_ : size;  // the first says what size they have
            return fresh;
        }
        auto* const block = free_.back();
        free_.pop_back();
        return block;
    }

    void give_back(void* block, std::size_t size) noexcept
    {
        if (size == size_ && free_.size() < keep_)
            free_.push_back(block);
        else
            ::operator delete(block);
    }

private:
    std::size_t keep_;
    std::size_t size_ = 0;
    std::vector<void*> free_;
};

// Allocates from a store: for std::allocate_shared().
template <class T>
class block_allocator
{
public:
    using value_type = T;

    explicit block_allocator(std::shared_ptr<block_store> from) noexcept : store_(std::move(from)) {}
    template <class U>
    // NOLINTNEXTLINE(google-explicit-constructor): as allocators must
    block_allocator(block_allocator<U> const& other) noexcept : store_(other.store())
    {}

    [[nodiscard]] T* allocate(std::size_t n) { return static_cast<T*>(store_->take(n * sizeof(T))); }
    void deallocate(T* block, std::size_t n) noexcept { store_->give_back(block, n * sizeof(T)); }

    [[nodiscard]] std::shared_ptr<block_store> const& store() const noexcept { return store_; }
    template <class U>
    bool operator==(block_allocator<U> const& other) const noexcept
    {
        return store_ == other.store();
    }

private:
    static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);

    std::shared_ptr<block_store> store_;
};

}  // namespace sluice::net
