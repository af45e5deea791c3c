#pragma once

#include "emulator/content.hpp"
#include "emulator/stored_object.hpp"

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

class store_folder;
class upload_store;

// Buckets and their objects, in memory or in a folder, where they survive a restart. What is allowed is for oss_service
// to decide. On the server's strand. A result that fails: the folder could not be written, and nothing has changed.
class object_store
{
public:
    // folder: empty for memory. Errors: the folder cannot be made, written, is in use or damaged; a bucket's name is
    // invalid.
    static result<std::unique_ptr<object_store>> open(std::string folder, std::vector<std::string> const& buckets);

    object_store(object_store const&) = delete;
    object_store& operator=(object_store const&) = delete;
    ~object_store();

    [[nodiscard]] upload_store& uploads() noexcept { return *uploads_; }  // those that become objects of these buckets

    [[nodiscard]] bool has_bucket(std::string_view bucket) const;
    [[nodiscard]] std::optional<std::string> object(std::string_view bucket, std::string_view key) const;
    [[nodiscard]] std::vector<server::object_info> objects() const;

    // Takes a body in; expected: bytes announced, 0 when not known.
    [[nodiscard]] std::unique_ptr<body_writer> receive(std::uint64_t expected);
    void discard(received_body const& body);  // it is not wanted after all

    // What is returned stays valid until the object next changes.
    [[nodiscard]] stored_object const* find(std::string_view bucket, std::string_view key) const;
    result<stored_object const*> put(std::string const& bucket, std::string const& key, received_body body,
        object_properties properties, utc_seconds now);
    // Makes an appendable object, or adds to it; its properties are those of the first call.
    result<stored_object const*> append(std::string const& bucket, std::string const& key, received_body body,
        object_properties properties, utc_seconds now);
    // An object of which all is known already; a file with its bytes belongs to the store from now on.
    result<stored_object const*> keep(std::string const& bucket, std::string const& key, stored_object object);
    result<void> remove(std::string_view bucket, std::string_view key);

private:
    using objects_by_key = std::map<std::string, stored_object, std::less<>>;

    explicit object_store(std::unique_ptr<store_folder> folder) noexcept;
    result<void> load();

    std::unique_ptr<store_folder> folder_;  // null: in memory
    std::map<std::string, objects_by_key, std::less<>> buckets_;
    std::unique_ptr<upload_store> uploads_;
};

// Entity tag of what was put at once: its MD5, given in 16 raw bytes, as upper-case hex.
std::string etag_of(std::string_view md5);
// The service's form for what came in pieces: a digest of their entity tags, one behind the other.
std::string etag_of_pieces(std::string_view etags);

// [a-z0-9][a-z0-9-]{1,61}[a-z0-9]
bool is_bucket_name(std::string_view name) noexcept;

}  // namespace sluice::emulator
