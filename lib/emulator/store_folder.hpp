#pragma once

#include "emulator/stored_object.hpp"

#include <sluice/error.hpp>
#include <sluice/random_source.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::emulator
{

// The folder that keeps objects and uploads from one run to the next:
//
//   objects/BUCKET/NAME.json                 what is known of an object; names its bytes
//   objects/BUCKET/NAME.GENERATION.data      its bytes
//   uploads/UPLOAD_ID/upload.json            a multipart upload that is open
//   uploads/UPLOAD_ID/00001.json, .GENERATION.data    its parts
//   incoming/                                bodies that have not arrived whole
//
// NAME is the key, escaped. Files are written in incoming/ and renamed, and the .json is renamed last: a process that
// ends at any moment leaves the old object or the new one.
class store_folder
{
public:
    // Makes the folder, and keeps other emulators out of it.
    static result<std::unique_ptr<store_folder>> open(std::string path);

    store_folder(store_folder const&) = delete;
    store_folder& operator=(store_folder const&) = delete;
    ~store_folder();

    struct object_entry
    {
        std::string bucket;
        std::string key;
        stored_object object;
    };
    struct contents
    {
        std::vector<object_entry> objects;
        std::vector<multipart_upload> uploads;
    };
    // All that is kept. What an interrupted run left half done is deleted. Errors: a description is damaged, or bytes
    // are missing; nothing is deleted then, for they may be wanted when it has been repaired.
    [[nodiscard]] result<contents> load() const;

    [[nodiscard]] std::string incoming_file();  // a new name in incoming/

    // Moves the bytes of `object` into place and makes them the object's; `old`, when there is one, is deleted.
    result<void> save(
        std::string const& bucket, std::string const& key, stored_object& object, stored_object const* old);
    // Adds the bytes of `more` to those of `object`, whose other members are already those of the whole.
    result<void> extend(std::string const& bucket, std::string const& key, stored_object& object, content const& more);
    result<void> remove(std::string const& bucket, std::string const& key, stored_object const& object);

    result<void> save(multipart_upload const& upload);
    result<void> save(std::string const& upload_id, unsigned number, stored_part& part, stored_part const* old);
    result<void> remove_upload(std::string const& upload_id);

    // A new file of incoming/ that has the bytes of all of them, in that order.
    result<content> join(std::vector<content> const& pieces);

private:
    store_folder(std::string path, int lock) noexcept;
    result<void> write_description(std::string const& path, std::string const& json);
    result<void> move_in(content& bytes, std::string const& place);

    std::string path_;
    int lock_;
    std::shared_ptr<random_source> random_;  // for names of files
};

// A key as the name of a file: no separator, never "." or "..", short enough for any file system, another for every
// key.
std::string file_name_of_key(std::string_view key);

}  // namespace sluice::emulator
