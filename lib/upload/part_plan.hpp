#pragma once

#include <sluice/error.hpp>
#include <sluice/upload_options.hpp>

#include <cstdint>
#include <optional>

namespace sluice::upload
{

// Limits of OSS (UploadPart, PutObject, "Limits").
inline constexpr std::uint64_t min_part_size = 100 * kib;  // but for the last part
inline constexpr std::uint64_t max_part_size = 5 * gib;
inline constexpr std::uint64_t max_put_size = 5 * gib;
inline constexpr unsigned max_parts = 10'000;
inline constexpr std::uint64_t max_object_size = max_parts * max_part_size;  // "48.8 TB": both limits say the same

// How an object of known size is cut.
struct part_plan
{
    std::uint64_t size = 0;
    std::uint64_t part_size = 0;
    unsigned parts = 0;  // 0: one put

    // number: 1 to parts.
    [[nodiscard]] std::uint64_t offset_of(unsigned number) const noexcept { return (number - 1) * part_size; }
    [[nodiscard]] std::uint64_t size_of(unsigned number) const noexcept
    {
        return number < parts ? part_size : size - offset_of(number);
    }
};

// errc::invalid_argument that names the field and lists what is allowed.
result<void> validate(upload_options const& options);

// The cut that somebody else chose; nullopt when OSS would not take it.
std::optional<part_plan> plan_of_cut(std::uint64_t size, std::uint64_t part_size) noexcept;

// Errors: those of validate(), and errc::object_too_large.
result<part_plan> plan_parts(std::uint64_t size, upload_options const& options);

}  // namespace sluice::upload
