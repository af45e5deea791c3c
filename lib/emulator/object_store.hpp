#pragma once

#include "emulator/content.hpp"
#include "emulator/stored_object.hpp"

#include <sluice/emulator.hpp>
#include <sluice/error.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::emulator
{

// Buckets, objects and multipart uploads, in memory or in a folder, where they survive a restart. What is allowed is
// for oss_service to decide. On the server's strand. A result that fails: the folder could not be written, and
// nothing has changed.
class object_store
{
public:
    // folder: empty for memory. Errors: the folder cannot be made, written, is in use or damaged; a bucket's name is
    // invalid.
    static result<std::unique_ptr<object_store>> open(std::string folder, std::vector<std::string> const& buckets);

    object_store(object_store const&) = delete;
    object_store& operator=(object_store const&) = delete;
    ~object_store();

    [[nodiscard]] bool has_bucket(std::string_view bucket) const;
    [[nodiscard]] std::optional<std::string> object(std::string_view bucket, std::string_view key) const;
    [[nodiscard]] std::vector<server::object_info> objects() const;
    [[nodiscard]] std::vector<server::open_upload> open_uploads() const;
    [[nodiscard]] std::vector<server::part_write> part_writes() const;

    // Takes a body in; expected: bytes announced, 0 when not known.
    [[nodiscard]] std::unique_ptr<body_writer> receive(std::uint64_t expected);
    void discard(received_body const& body);  // it is not wanted after all

    // What is returned stays valid until the object or upload next changes.
    [[nodiscard]] stored_object const* find(std::string_view bucket, std::string_view key) const;
    result<stored_object const*> put(std::string const& bucket, std::string const& key, received_body body,
        object_properties properties, utc_seconds now);
    // Makes an appendable object, or adds to it; its properties are those of the first call.
    result<stored_object const*> append(std::string const& bucket, std::string const& key, received_body body,
        object_properties properties, utc_seconds now);
    result<void> remove(std::string_view bucket, std::string_view key);

    result<void> initiate(multipart_upload upload);
    [[nodiscard]] multipart_upload const* find_upload(
        std::string_view bucket, std::string_view key, std::string_view upload_id) const;
    // Replaces an earlier part of that number.
    result<stored_part const*> put_part(
        std::string const& upload_id, unsigned number, received_body body, utc_seconds now);
    // Changes the first byte of a part that exists, and its digests with it; one without bytes gets one.
    result<void> corrupt_part(std::string const& upload_id, unsigned number);
    // Makes the object of the parts of these numbers, which exist, in that order; the upload and its other parts end.
    result<stored_object const*> complete(
        std::string const& upload_id, std::span<unsigned const> numbers, object_properties properties, utc_seconds now);
    result<void> abort(std::string const& upload_id);
    // Of one bucket, by key, then by upload id.
    [[nodiscard]] std::vector<multipart_upload const*> uploads(std::string_view bucket) const;

private:
    class impl;
    explicit object_store(std::unique_ptr<impl> i) noexcept;
    std::unique_ptr<impl> impl_;
};

// Entity tag of what was put at once: its MD5, given in 16 raw bytes, as upper-case hex.
std::string etag_of(std::string_view md5);

// [a-z0-9][a-z0-9-]{1,61}[a-z0-9]
bool is_bucket_name(std::string_view name) noexcept;

}  // namespace sluice::emulator
