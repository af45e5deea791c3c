#include "emulator/object_store.hpp"

#include "base/crc64.hpp"
#include "base/hex.hpp"
#include "emulator/store_folder.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <tuple>
#include <unistd.h>
#include <utility>

namespace sluice::emulator
{

namespace
{

std::string md5_of(std::string_view text)
{
    running_digest digest(running_digest::algorithm::md5);
    digest.update(as_bytes(text));
    return digest.finish();
}

// The service's form: a digest of the parts' digests, and their number.
std::string multipart_etag(std::string_view part_etags, std::size_t count)
{
    return etag_of(md5_of(part_etags)) + '-' + std::to_string(count);
}

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

bool is_bucket_name(std::string_view name) noexcept
{
    constexpr std::string_view alphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789";
    constexpr std::size_t shortest = 3;
    constexpr std::size_t longest = 63;
    return name.size() >= shortest && name.size() <= longest && name.front() != '-' && name.back() != '-' &&
           std::ranges::all_of(name, [&](char c) { return c == '-' || alphanumeric.find(c) != alphanumeric.npos; });
}

class object_store::impl
{
public:
    using bucket_objects = std::map<std::string, stored_object, std::less<>>;

    std::map<std::string, bucket_objects, std::less<>> buckets;
    std::map<std::string, multipart_upload, std::less<>> uploads;  // by upload id
    std::unique_ptr<store_folder> folder;                          // null: in memory

    // How often the parts of an upload were stored: kept when the upload has ended.
    struct upload_writes
    {
        std::string bucket;
        std::string key;
        std::map<unsigned, std::uint64_t> of_parts;
    };
    std::map<std::string, upload_writes> writes;  // by upload id

    result<void> load()
    {
        auto kept = folder->load();
        if (!kept)
            return kept.error();
        for (auto& entry : kept->objects)
            buckets[entry.bucket].insert_or_assign(std::move(entry.key), std::move(entry.object));
        for (auto& upload : kept->uploads)
        {
            buckets[upload.bucket];  // it may hold no object yet
            auto id = upload.id;
            uploads.insert_or_assign(std::move(id), std::move(upload));
        }
        return {};
    }

    [[nodiscard]] stored_object const* find(std::string_view bucket, std::string_view key) const
    {
        auto const objects = buckets.find(bucket);
        if (objects == buckets.end())
            return nullptr;
        auto const found = objects->second.find(key);
        return found == objects->second.end() ? nullptr : &found->second;
    }

    result<stored_object const*> store(std::string const& bucket, std::string const& key, stored_object object)
    {
        if (folder)
        {
            auto const incoming = object.bytes.file();
            if (auto saved = folder->save(bucket, key, object, find(bucket, key)); !saved)
            {
                ::unlink(incoming.c_str());
                return saved.error();
            }
        }
        auto& kept = buckets[bucket][key];
        kept = std::move(object);
        return &kept;
    }

    result<stored_part const*> replace_part(
        std::string const& upload_id, unsigned number, received_body body, utc_seconds now)
    {
        auto& upload = uploads.at(upload_id);
        stored_part part;
        part.etag = etag_of(body.md5);
        part.crc64 = body.crc64;
        part.last_modified = now;
        part.bytes = std::move(body.bytes);
        if (folder)
        {
            auto const old = upload.parts.find(number);
            auto const incoming = part.bytes.file();
            auto saved = folder->save(upload_id, number, part, old == upload.parts.end() ? nullptr : &old->second);
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

    // The bytes of the parts, in order, as one.
    result<content> joined(multipart_upload const& upload, std::span<unsigned const> numbers)
    {
        std::vector<content> pieces;
        pieces.reserve(numbers.size());
        for (auto const number : numbers)
            pieces.push_back(upload.parts.at(number).bytes);
        if (folder)
            return folder->join(pieces);

        content whole;
        for (auto const& piece : pieces)
            whole.append(piece);
        return whole;
    }
};

result<std::unique_ptr<object_store>> object_store::open(std::string folder, std::vector<std::string> const& buckets)
{
    auto i = std::make_unique<impl>();
    if (!folder.empty())
    {
        auto opened = store_folder::open(std::move(folder));
        if (!opened)
            return opened.error();
        i->folder = std::move(*opened);
        if (auto loaded = i->load(); !loaded)
            return loaded.error();
    }
    for (auto const& bucket : buckets)
    {
        if (!is_bucket_name(bucket))
            return error(errc::invalid_argument, "\"" + bucket +
                                                     "\" is no bucket name: 3 to 63 lower-case letters, digits and "
                                                     "dashes, no dash at either end");
        i->buckets[bucket];
    }
    return std::unique_ptr<object_store>(new object_store(std::move(i)));
}

object_store::object_store(std::unique_ptr<impl> i) noexcept : impl_(std::move(i)) {}

object_store::~object_store() = default;

bool object_store::has_bucket(std::string_view bucket) const
{
    return impl_->buckets.contains(bucket);
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
    for (auto const& [bucket, objects] : impl_->buckets)
    {
        for (auto const& [key, object] : objects)
            all.push_back({bucket, key, object.bytes.size(), object.crc64, sha256_hex(object.bytes)});
    }
    return all;
}

std::vector<server::open_upload> object_store::open_uploads() const
{
    std::vector<server::open_upload> all;
    for (auto const& [id, upload] : impl_->uploads)
        all.push_back({upload.bucket, upload.key, id});
    return all;
}

std::vector<server::part_write> object_store::part_writes() const
{
    std::vector<server::part_write> all;
    for (auto const& [id, upload] : impl_->writes)
    {
        for (auto const& [number, writes] : upload.of_parts)
            all.push_back({upload.bucket, upload.key, id, number, writes});
    }
    return all;
}

std::unique_ptr<body_writer> object_store::receive(std::uint64_t expected)
{
    return std::make_unique<body_writer>(impl_->folder ? impl_->folder->incoming_file() : std::string(), expected);
}

void object_store::discard(received_body const& body)
{
    if (!body.bytes.file().empty())
        ::unlink(body.bytes.file().c_str());
}

stored_object const* object_store::find(std::string_view bucket, std::string_view key) const
{
    return impl_->find(bucket, key);
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
    return impl_->store(bucket, key, std::move(object));
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
        return impl_->store(bucket, key, std::move(object));
    }

    auto grown = *old;
    grown.etag = etag_of(md5_of(old->etag + etag_of(body.md5)));
    grown.crc64 = crc64_combine(old->crc64, body.crc64, body.bytes.size());
    grown.last_modified = now;
    if (impl_->folder)
    {
        auto extended = impl_->folder->extend(bucket, key, grown, body.bytes);
        discard(body);
        if (!extended)
            return extended.error();
    }
    else
    {
        grown.bytes.append(body.bytes);
    }
    auto& kept = impl_->buckets[bucket][key];
    kept = std::move(grown);
    return &kept;
}

result<void> object_store::remove(std::string_view bucket, std::string_view key)
{
    auto const objects = impl_->buckets.find(bucket);
    if (objects == impl_->buckets.end())
        return {};
    auto const found = objects->second.find(key);
    if (found == objects->second.end())
        return {};
    if (impl_->folder)
    {
        if (auto removed = impl_->folder->remove(objects->first, found->first, found->second); !removed)
            return removed.error();
    }
    objects->second.erase(found);
    return {};
}

result<void> object_store::initiate(multipart_upload upload)
{
    if (impl_->folder)
    {
        if (auto saved = impl_->folder->save(upload); !saved)
            return saved.error();
    }
    auto id = upload.id;
    impl_->uploads.insert_or_assign(std::move(id), std::move(upload));
    return {};
}

multipart_upload const* object_store::find_upload(
    std::string_view bucket, std::string_view key, std::string_view upload_id) const
{
    auto const found = impl_->uploads.find(upload_id);
    if (found == impl_->uploads.end() || found->second.bucket != bucket || found->second.key != key)
        return nullptr;
    return &found->second;
}

result<stored_part const*> object_store::put_part(
    std::string const& upload_id, unsigned number, received_body body, utc_seconds now)
{
    auto stored = impl_->replace_part(upload_id, number, std::move(body), now);
    if (stored)
    {
        auto const& upload = impl_->uploads.at(upload_id);
        auto& writes =
            impl_->writes.try_emplace(upload_id, impl::upload_writes{upload.bucket, upload.key, {}}).first->second;
        ++writes.of_parts[number];
    }
    return stored;
}

result<void> object_store::corrupt_part(std::string const& upload_id, unsigned number)
{
    constexpr std::uint64_t block = 1U << 20U;
    auto const part = impl_->uploads.at(upload_id).parts.at(number);
    auto const writer = receive(part.bytes.size());
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
    auto changed = impl_->replace_part(upload_id, number, std::move(*body), part.last_modified);
    return changed ? result<void>() : changed.error();
}

result<stored_object const*> object_store::complete(
    std::string const& upload_id, std::span<unsigned const> numbers, object_properties properties, utc_seconds now)
{
    auto const& upload = impl_->uploads.at(upload_id);
    auto bytes = impl_->joined(upload, numbers);
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
    object.etag = multipart_etag(etags, numbers.size());

    auto stored = impl_->store(upload.bucket, upload.key, std::move(object));
    if (!stored)
        return stored.error();
    if (auto ended = abort(upload_id); !ended)
        return ended.error();
    return *stored;
}

result<void> object_store::abort(std::string const& upload_id)
{
    if (impl_->folder)
    {
        if (auto removed = impl_->folder->remove_upload(upload_id); !removed)
            return removed.error();
    }
    impl_->uploads.erase(upload_id);
    return {};
}

std::vector<multipart_upload const*> object_store::uploads(std::string_view bucket) const
{
    std::vector<multipart_upload const*> found;
    for (auto const& [id, upload] : impl_->uploads)
    {
        if (upload.bucket == bucket)
            found.push_back(&upload);
    }
    std::ranges::sort(
        found, [](auto const* a, auto const* b) { return std::tie(a->key, a->id) < std::tie(b->key, b->id); });
    return found;
}

}  // namespace sluice::emulator
