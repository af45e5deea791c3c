#include "upload/part_plan.hpp"

#include <algorithm>
#include <string>

namespace sluice::upload
{

namespace
{

// More parts at once than this is a mistake: each holds a block of memory and waits for a connection.
constexpr unsigned max_parts_in_flight = 1000;

constexpr std::uint64_t divide_up(std::uint64_t value, std::uint64_t by) noexcept
{
    return value / by + (value % by != 0 ? 1 : 0);
}

// The smallest whole number of MiB, not below `wanted`, with which max_parts suffice. Does not pass max_part_size,
// which is a whole number of MiB and suffices for max_object_size.
std::uint64_t grown_part_size(std::uint64_t size, std::uint64_t wanted) noexcept
{
    if (divide_up(size, wanted) <= max_parts)
        return wanted;
    return divide_up(divide_up(size, max_parts), mib) * mib;
}

error too_large(std::uint64_t size)
{
    error e(errc::object_too_large, "the source has " + std::to_string(size) +
                                        " bytes, and OSS takes objects of up to " + std::to_string(max_object_size) +
                                        " (48.8 TB, 10000 parts of 5 GiB)");
    e.recommendation = "Split the source into several objects";
    e.attempts = 0;
    return e;
}

error refused(std::string text)
{
    error e(errc::invalid_argument, std::move(text));
    e.attempts = 0;
    return e;
}

}  // namespace

result<void> validate(upload_options const& options)
{
    if (options.part_size < min_part_size || options.part_size > max_part_size)
        return refused("upload_options::part_size is " + std::to_string(options.part_size) + "; allowed are " +
                       std::to_string(min_part_size) + " (100 KiB) to " + std::to_string(max_part_size) +
                       " (5 GiB) bytes");
    if (options.stream_part_size < min_part_size || options.stream_part_size > max_part_size)
        return refused("upload_options::stream_part_size is " + std::to_string(options.stream_part_size) +
                       "; allowed are " + std::to_string(min_part_size) + " (100 KiB) to " +
                       std::to_string(max_part_size) + " (5 GiB) bytes");
    if (options.parts_in_flight == 0 || options.parts_in_flight > max_parts_in_flight)
        return refused("upload_options::parts_in_flight is " + std::to_string(options.parts_in_flight) +
                       "; allowed are 1 to " + std::to_string(max_parts_in_flight));
    if (options.deadline.count() < 0)
        return refused("upload_options::deadline is negative; allowed are 0 (no limit) and any positive time");
    return {};
}

std::optional<part_plan> plan_of_cut(std::uint64_t size, std::uint64_t part_size) noexcept
{
    if (size == 0 || part_size < min_part_size || part_size > max_part_size || divide_up(size, part_size) > max_parts)
        return std::nullopt;
    return part_plan{.size = size, .part_size = part_size, .parts = static_cast<unsigned>(divide_up(size, part_size))};
}

result<part_plan> plan_parts(std::uint64_t size, upload_options const& options)
{
    if (auto valid = validate(options); !valid)
        return valid.error();
    if (size > max_object_size)
        return too_large(size);

    // An empty object is always a put: OSS completes no upload without a part, and no SDK sends an empty part.
    if (size == 0 || size <= std::min(options.multipart_threshold, max_put_size))
        return part_plan{.size = size, .part_size = size, .parts = 0};

    auto const part_size = grown_part_size(size, options.part_size);
    return part_plan{.size = size, .part_size = part_size, .parts = static_cast<unsigned>(divide_up(size, part_size))};
}

}  // namespace sluice::upload
