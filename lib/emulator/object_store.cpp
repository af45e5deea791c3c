#include "emulator/object_store.hpp"

#include "base/crc64.hpp"
#include "base/hex.hpp"
#include "emulator/store_folder.hpp"
#include "emulator/upload_store.hpp"

#include <algorithm>
#include <cctype>
#include <unistd.h>
#include <utility>

namespace sluice::emulator
{

namespace
{

std::string sha256_hex(content const& bytes)
{
    constexpr std::uint64_t block = 1U << 20U;
    running_digest digest(running_digest::algorithm::sha256);
    for (std::uint64_t offset = 0; offset < bytes.size(); offset += block)
    {
        auto const text = bytes.read(offset, block);
        if (!text)
            return {};
        digest.update(as_bytes(*text));
    }
    return to_hex(as_bytes(digest.finish()));
}

}  // namespace

std::string etag_of(std::string_view md5)
{
    auto text = to_hex(as_bytes(md5));
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

std::string etag_of_pieces(std::string_view etags)
{
    running_digest digest(running_digest::algorithm::md5);
    digest.update(as_bytes(etags));
    return etag_of(digest.finish());
}

bool is_bucket_name(std::string_view name) noexcept
{
    constexpr std::string_view alphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789";
    constexpr std::size_t shortest = 3;
    constexpr std::size_t longest = 63;
    return name.size() >= shortest && name.size() <= longest && name.front() != '-' && name.back() != '-' &&
           std::ranges::all_of(name, [&](char c) { return c == '-' || alphanumeric.find(c) != alphanumeric.npos; });
}

result<std::unique_ptr<object_store>> object_store::open(std::string folder, std::vector<std::string> const& buckets)
{
    std::unique_ptr<store_folder> opened;
    if (!folder.empty())
    {
        auto kept = store_folder::open(std::move(folder));
        if (!kept)
            return kept.error();
        opened = std::move(*kept);
    }
    std::unique_ptr<object_store> store(new object_store(std::move(opened)));
    if (auto loaded = store->load(); !loaded)
        return loaded.error();
    for (auto const& bucket : buckets)
    {
        if (!is_bucket_name(bucket))
            return error(errc::invalid_argument, "\"" + bucket +
                                                     "\" is no bucket name: 3 to 63 lower-case letters, digits and "
                                                     "dashes, no dash at either end");
        store->buckets_[bucket];
    }
    return store;
}

object_store::object_store(std::unique_ptr<store_folder> folder) noexcept : folder_(std::move(folder)) {}

object_store::~object_store() = default;

result<void> object_store::load()
{
    store_folder::contents contents;
    if (folder_)
    {
        auto kept = folder_->load();
        if (!kept)
            return kept.error();
        contents = std::move(*kept);
    }
    for (auto& entry : contents.objects)
        buckets_[entry.bucket].insert_or_assign(std::move(entry.key), std::move(entry.object));
    for (auto const& upload : contents.uploads)
        buckets_[upload.bucket];  // it may hold no object yet
    uploads_ = std::make_unique<upload_store>(*this, folder_.get(), std::move(contents.uploads));
    return {};
}

bool object_store::has_bucket(std::string_view bucket) const
{
    return buckets_.contains(bucket);
}

std::optional<std::string> object_store::object(std::string_view bucket, std::string_view key) const
{
    auto const* found = find(bucket, key);
    if (found == nullptr)
        return std::nullopt;
    return found->bytes.read(0, found->bytes.size());
}

std::vector<server::object_info> object_store::objects() const
{
    std::vector<server::object_info> all;
    for (auto const& [bucket, objects] : buckets_)
    {
        for (auto const& [key, object] : objects)
            all.push_back({bucket, key, object.bytes.size(), object.crc64, sha256_hex(object.bytes)});
    }
    return all;
}

std::unique_ptr<body_writer> object_store::receive(std::uint64_t expected)
{
    return std::make_unique<body_writer>(folder_ ? folder_->incoming_file() : std::string(), expected);
}

void object_store::discard(received_body const& body)
{
    if (!body.bytes.file().empty())
        ::unlink(body.bytes.file().c_str());
}

stored_object const* object_store::find(std::string_view bucket, std::string_view key) const
{
    auto const objects = buckets_.find(bucket);
    if (objects == buckets_.end())
        return nullptr;
    auto const found = objects->second.find(key);
    return found == objects->second.end() ? nullptr : &found->second;
}

result<stored_object const*> object_store::put(std::string const& bucket, std::string const& key, received_body body,
    object_properties properties, utc_seconds now)
{
    stored_object object;
    object.type = object_type::normal;
    object.etag = etag_of(body.md5);
    object.crc64 = body.crc64;
    object.last_modified = now;
    object.properties = std::move(properties);
    object.bytes = std::move(body.bytes);
    return keep(bucket, key, std::move(object));
}

result<stored_object const*> object_store::append(std::string const& bucket, std::string const& key, received_body body,
    object_properties properties, utc_seconds now)
{
    auto const* old = find(bucket, key);
    if (old == nullptr)
    {
        stored_object object;
        object.type = object_type::appendable;
        object.etag = etag_of(body.md5);
        object.crc64 = body.crc64;
        object.last_modified = now;
        object.properties = std::move(properties);
        object.bytes = std::move(body.bytes);
        return keep(bucket, key, std::move(object));
    }

    auto grown = *old;
    grown.etag = etag_of_pieces(old->etag + etag_of(body.md5));
    grown.crc64 = crc64_combine(old->crc64, body.crc64, body.bytes.size());
    grown.last_modified = now;
    if (folder_)
    {
        auto extended = folder_->extend(bucket, key, grown, body.bytes);
        discard(body);
        if (!extended)
            return extended.error();
    }
    else
    {
        grown.bytes.append(body.bytes);
    }
    auto& kept = buckets_[bucket][key];
    kept = std::move(grown);
    return &kept;
}

result<stored_object const*> object_store::keep(std::string const& bucket, std::string const& key, stored_object object)
{
    if (folder_)
    {
        auto const incoming = object.bytes.file();
        if (auto saved = folder_->save(bucket, key, object, find(bucket, key)); !saved)
        {
            ::unlink(incoming.c_str());
            return saved.error();
        }
    }
    auto& kept = buckets_[bucket][key];
    kept = std::move(object);
    return &kept;
}

result<void> object_store::remove(std::string_view bucket, std::string_view key)
{
    auto const objects = buckets_.find(bucket);
    if (objects == buckets_.end())
        return {};
    auto const found = objects->second.find(key);
    if (found == objects->second.end())
        return {};
    if (folder_)
    {
        if (auto removed = folder_->remove(objects->first, found->first, found->second); !removed)
            return removed.error();
    }
    objects->second.erase(found);
    return {};
}

}  // namespace sluice::emulator
