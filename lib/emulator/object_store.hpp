#pragma once

#include <sluice/emulator.hpp>
#include <sluice/error.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::emulator
{

// Buckets, objects and multipart uploads, in memory or in a folder. On the server's strand.
// What else it offers (parts, completion, listing, ranges) belongs to oss_service and is declared beside this.
class object_store
{
public:
    // folder: empty for memory. Errors when it cannot be made or written.
    static result<std::unique_ptr<object_store>> open(std::string folder, std::vector<std::string> buckets);

    object_store(object_store const&) = delete;
    object_store& operator=(object_store const&) = delete;
    ~object_store();

    [[nodiscard]] bool has_bucket(std::string_view bucket) const;
    [[nodiscard]] std::optional<std::string> object(std::string_view bucket, std::string_view key) const;
    [[nodiscard]] std::vector<server::object_info> objects() const;
    [[nodiscard]] std::vector<server::open_upload> open_uploads() const;

private:
    class impl;
    explicit object_store(std::unique_ptr<impl> i) noexcept;
    std::unique_ptr<impl> impl_;
};

}  // namespace sluice::emulator
