#pragma once

#include "emulator/content.hpp"
#include "emulator/stored_object.hpp"

#include <sluice/emulator.hpp>
#include <sluice/error.hpp>

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::emulator
{

class object_store;
class store_folder;

// The multipart uploads that are open, with their parts. As object_store, of which it is a part: the same folder, the
// same strand, the same meaning of a result that fails.
class upload_store
{
public:
    // folder: null for memory. kept: what is in it. Both others must outlive it.
    upload_store(object_store& objects, store_folder* folder, std::vector<multipart_upload> kept);

    result<void> initiate(multipart_upload upload);
    // What is returned stays valid until the upload next changes.
    [[nodiscard]] multipart_upload const* find(
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
    [[nodiscard]] std::vector<multipart_upload const*> of_bucket(std::string_view bucket) const;
    [[nodiscard]] std::vector<server::open_upload> open() const;
    [[nodiscard]] std::vector<server::part_write> part_writes() const;

private:
    // How often the parts of an upload were stored: kept when the upload has ended.
    struct upload_writes
    {
        std::string bucket;
        std::string key;
        std::map<unsigned, std::uint64_t> of_parts;
    };

    result<stored_part const*> replace_part(
        std::string const& upload_id, unsigned number, received_body body, utc_seconds now);
    result<content> joined(multipart_upload const& upload, std::span<unsigned const> numbers);

    object_store& objects_;
    store_folder* folder_;                                          // null: in memory
    std::map<std::string, multipart_upload, std::less<>> uploads_;  // by upload id
    std::map<std::string, upload_writes> writes_;                   // by upload id
};

}  // namespace sluice::emulator
