#include "emulator/upload_store.hpp"

#include "base/crc64.hpp"
#include "emulator/object_store.hpp"
#include "emulator/store_folder.hpp"

#include <algorithm>
#include <tuple>
#include <unistd.h>
#include <utility>

namespace sluice::emulator
{

upload_store::upload_store(object_store& objects, store_folder* folder, std::vector<multipart_upload> kept)
    : objects_(objects), folder_(folder)
{
    for (auto& upload : kept)
    {
        auto id = upload.id;
        uploads_.insert_or_assign(std::move(id), std::move(upload));
    }
}

result<void> upload_store::initiate(multipart_upload upload)
{
    if (folder_)
    {
        if (auto saved = folder_->save(upload); !saved)
            return saved.error();
    }
    auto id = upload.id;
    uploads_.insert_or_assign(std::move(id), std::move(upload));
    return {};
}

multipart_upload const* upload_store::find(
    std::string_view bucket, std::string_view key, std::string_view upload_id) const
{
    auto const found = uploads_.find(upload_id);
    if (found == uploads_.end() || found->second.bucket != bucket || found->second.key != key)
        return nullptr;
    return &found->second;
}

result<stored_part const*> upload_store::put_part(
    std::string const& upload_id, unsigned number, received_body body, utc_seconds now)
{
    auto stored = replace_part(upload_id, number, std::move(body), now);
    if (stored)
    {
        auto const& upload = uploads_.at(upload_id);
        auto& writes = writes_.try_emplace(upload_id, upload_writes{upload.bucket, upload.key, {}}).first->second;
        ++writes.of_parts[number];
    }
    return stored;
}

result<stored_part const*> upload_store::replace_part(
    std::string const& upload_id, unsigned number, received_body body, utc_seconds now)
{
    auto& upload = uploads_.at(upload_id);
    stored_part part;
    part.etag = etag_of(body.md5);
    part.crc64 = body.crc64;
    part.last_modified = now;
    part.bytes = std::move(body.bytes);
    if (folder_)
    {
        auto const old = upload.parts.find(number);
        auto const incoming = part.bytes.file();
        auto saved = folder_->save(upload_id, number, part, old == upload.parts.end() ? nullptr : &old->second);
        if (!saved)
        {
            ::unlink(incoming.c_str());
            return saved.error();
        }
    }
    auto& kept = upload.parts[number];
    kept = std::move(part);
    return &kept;
}

result<void> upload_store::corrupt_part(std::string const& upload_id, unsigned number)
{
    constexpr std::uint64_t block = 1U << 20U;
    auto const part = uploads_.at(upload_id).parts.at(number);
    auto const writer = objects_.receive(part.bytes.size());
    std::uint64_t offset = 0;
    do
    {
        auto text = part.bytes.read(offset, block);
        if (!text)
            return error(errc::source_failed, "a part could not be read");
        if (text->empty())
            text = "?";
        else if (offset == 0)
            text->front() = static_cast<char>(~text->front());
        writer->write(as_bytes(*text));
        offset += text->size();
    } while (offset < part.bytes.size());
    auto body = writer->finish();
    if (!body)
        return error(errc::source_failed, "a part could not be written");
    auto changed = replace_part(upload_id, number, std::move(*body), part.last_modified);
    return changed ? result<void>() : changed.error();
}

result<stored_object const*> upload_store::complete(
    std::string const& upload_id, std::span<unsigned const> numbers, object_properties properties, utc_seconds now)
{
    auto const& upload = uploads_.at(upload_id);
    auto bytes = joined(upload, numbers);
    if (!bytes)
        return bytes.error();

    stored_object object;
    object.type = object_type::multipart;
    object.last_modified = now;
    object.properties = std::move(properties);
    object.bytes = std::move(*bytes);
    std::string etags;
    for (auto const number : numbers)
    {
        auto const& part = upload.parts.at(number);
        etags += part.etag;
        object.crc64 = crc64_combine(object.crc64, part.crc64, part.bytes.size());
    }
    object.etag = etag_of_pieces(etags) + '-' + std::to_string(numbers.size());

    auto stored = objects_.keep(upload.bucket, upload.key, std::move(object));
    if (!stored)
        return stored.error();
    if (auto ended = abort(upload_id); !ended)
        return ended.error();
    return *stored;
}

// The bytes of the parts, in order, as one.
result<content> upload_store::joined(multipart_upload const& upload, std::span<unsigned const> numbers)
{
    std::vector<content> pieces;
    pieces.reserve(numbers.size());
    for (auto const number : numbers)
        pieces.push_back(upload.parts.at(number).bytes);
    if (folder_)
        return folder_->join(pieces);

    content whole;
    for (auto const& piece : pieces)
        whole.append(piece);
    return whole;
}

result<void> upload_store::abort(std::string const& upload_id)
{
    if (folder_)
    {
        if (auto removed = folder_->remove_upload(upload_id); !removed)
            return removed.error();
    }
    uploads_.erase(upload_id);
    return {};
}

std::vector<multipart_upload const*> upload_store::of_bucket(std::string_view bucket) const
{
    std::vector<multipart_upload const*> found;
    for (auto const& [id, upload] : uploads_)
    {
        if (upload.bucket == bucket)
            found.push_back(&upload);
    }
    std::ranges::sort(
        found, [](auto const* a, auto const* b) { return std::tie(a->key, a->id) < std::tie(b->key, b->id); });
    return found;
}

std::vector<server::open_upload> upload_store::open() const
{
    std::vector<server::open_upload> all;
    all.reserve(uploads_.size());
    for (auto const& [id, upload] : uploads_)
        all.push_back({upload.bucket, upload.key, id});
    return all;
}

std::vector<server::part_write> upload_store::part_writes() const
{
    std::vector<server::part_write> all;
    for (auto const& [id, upload] : writes_)
    {
        for (auto const& [number, writes] : upload.of_parts)
            all.push_back({upload.bucket, upload.key, id, number, writes});
    }
    return all;
}

}  // namespace sluice::emulator
