#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::net
{

// The header fields of one answer, in the order they came, in one block of memory.
class header_list
{
public:
    void clear() noexcept;
    void add(std::string_view name, std::string_view value);

    // The first field of this name, in any case; empty when there is none.
    [[nodiscard]] std::string_view find(std::string_view name) const noexcept;

    [[nodiscard]] std::size_t size() const noexcept { return fields_.size(); }
    [[nodiscard]] std::string_view name(std::size_t i) const noexcept;
    [[nodiscard]] std::string_view value(std::size_t i) const noexcept;

private:
    struct field
    {
        std::uint32_t name_begin;
        std::uint32_t name_size;
        std::uint32_t value_size;  // follows the name
    };

    std::string text_;
    std::vector<field> fields_;
};

}  // namespace sluice::net
