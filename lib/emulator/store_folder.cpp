#include "emulator/store_folder.hpp"

#include "base/hex.hpp"
#include "base/nonce.hpp"
#include "base/percent.hpp"
#include "base/text.hpp"
#include "emulator/object_store.hpp"
#include "emulator/output_file.hpp"
#include "emulator/store_description.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

namespace sluice::emulator
{

namespace fs = std::filesystem;

namespace
{

constexpr std::size_t copy_block = 1U << 20U;
constexpr mode_t file_mode = 0644;

// File systems take 255 bytes; generation and suffix need 22 of them.
constexpr std::size_t longest_name = 200;
constexpr std::size_t kept_of_long_name = 100;

constexpr std::string_view data_suffix = ".data";
constexpr std::string_view description_suffix = ".json";

error failure(std::string const& what, std::string const& path, error_code code)
{
    error e(code, what + " " + path + ": " + code.message());
    e.resource = path;
    e.recommendation = "choose a store folder that this user can write to, on a disk with space";
    return e;
}

error_code last_error()
{
    return {errno, boost::system::system_category()};
}

error_code converted(std::error_code const& code)
{
    return {code.value(), boost::system::system_category()};
}

result<void> make_folder(fs::path const& path)
{
    std::error_code code;
    fs::create_directories(path, code);
    if (code)
        return failure("cannot make", path.string(), converted(code));
    return {};
}

result<void> rename_file(std::string const& from, std::string const& to)
{
    if (std::rename(from.c_str(), to.c_str()) != 0)
        return failure("cannot write", to, last_error());
    return {};
}

void remove_file(std::string const& path)
{
    if (!path.empty())
        ::unlink(path.c_str());
}

void write_text(output_file& out, std::string_view text)
{
    out.write(as_bytes(text));
}

// False when `bytes` cannot be read.
bool copy(output_file& out, content const& bytes)
{
    for (std::uint64_t offset = 0; offset < bytes.size(); offset += copy_block)
    {
        auto const block = bytes.read(offset, copy_block);
        if (!block)
            return false;
        write_text(out, *block);
    }
    return true;
}

std::string read_text(fs::path const& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<fs::path> children(fs::path const& folder)
{
    std::vector<fs::path> found;
    std::error_code code;
    for (fs::directory_iterator it(folder, code); !code && it != fs::directory_iterator(); it.increment(code))
        found.push_back(it->path());
    std::ranges::sort(found);
    return found;
}

// The file of `bytes` is there, and has at least what its description says.
bool is_kept(content const& bytes)
{
    std::error_code code;
    auto const size = fs::file_size(bytes.file(), code);
    return !code && size >= bytes.size();
}

// Data that no description names was left by a run that ended before it could write one, or delete it.
void remove_orphans(fs::path const& folder, std::set<std::string> const& named)
{
    for (auto const& path : children(folder))
    {
        if (path.string().ends_with(data_suffix) && !named.contains(path.string()))
            remove_file(path.string());
    }
}

bool is_upload_folder(fs::path const& path)
{
    constexpr std::size_t upload_id_digits = 32;
    auto const name = path.filename().string();
    return name.size() == upload_id_digits && name.find_first_not_of("0123456789ABCDEF") == std::string::npos;
}

std::string part_name(unsigned number)
{
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%05u", number);
    return text.data();
}

}  // namespace

std::string file_name_of_key(std::string_view key)
{
    auto name = uri_encode(key, slash::escape);
    if (name.starts_with('.'))
        name.replace(0, 1, "%2E");
    if (name.size() <= longest_name)
        return name;
    // "%~" is in no escaped text, so that this is no other key's name.
    return name.substr(0, kept_of_long_name) + "%~" + to_hex(sha256(key));
}

result<std::unique_ptr<store_folder>> store_folder::open(std::string path)
{
    for (auto const* part : {"objects", "uploads", "incoming"})
    {
        if (auto made = make_folder(fs::path(path) / part); !made)
            return made.error();
    }

    auto const lock_path = (fs::path(path) / ".lock").string();
    int const lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, file_mode);
    if (lock < 0)
        return failure("cannot write", lock_path, last_error());
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0)
    {
        auto const code = last_error();
        ::close(lock);
        auto e = failure("another emulator uses the store", path, code);
        e.recommendation = "end the other emulator, or give this one a folder of its own";
        return e;
    }

    for (auto const& left : children(fs::path(path) / "incoming"))
        remove_file(left.string());
    return std::unique_ptr<store_folder>(new store_folder(std::move(path), lock));
}

store_folder::store_folder(std::string path, int lock) noexcept
    : path_(std::move(path)), lock_(lock), random_(system_random())
{}

store_folder::~store_folder()
{
    ::close(lock_);
}

std::vector<store_folder::object_entry> store_folder::load_objects() const
{
    std::vector<object_entry> entries;
    for (auto const& bucket : children(fs::path(path_) / "objects"))
    {
        if (!is_bucket_name(bucket.filename().string()))
            continue;
        std::set<std::string> named;
        for (auto const& path : children(bucket))
        {
            if (!path.string().ends_with(description_suffix))
                continue;
            auto read = read_object(read_text(path), bucket.string());
            if (!read || !is_kept(read->object.bytes))
                continue;
            named.insert(read->object.bytes.file());
            entries.push_back({bucket.filename().string(), std::move(read->key), std::move(read->object)});
        }
        remove_orphans(bucket, named);
    }
    return entries;
}

std::vector<multipart_upload> store_folder::load_uploads() const
{
    std::vector<multipart_upload> uploads;
    for (auto const& folder : children(fs::path(path_) / "uploads"))
    {
        std::error_code code;
        if (is_upload_folder(folder) && !fs::exists(folder / "upload.json", code))
            fs::remove_all(folder, code);  // it had ended
        auto upload = read_upload(read_text(folder / "upload.json"));
        if (!upload || upload->id != folder.filename().string())
            continue;
        std::set<std::string> named;
        for (auto const& path : children(folder))
        {
            auto const number = parse_number<unsigned>(path.stem().string());
            if (!number || path.extension() != description_suffix)
                continue;
            auto part = read_part(read_text(path), folder.string());
            if (!part || !is_kept(part->bytes))
                continue;
            named.insert(part->bytes.file());
            upload->parts.emplace(*number, std::move(*part));
        }
        remove_orphans(folder, named);
        uploads.push_back(std::move(*upload));
    }
    return uploads;
}

std::string store_folder::incoming_file()
{
    return (fs::path(path_) / "incoming" / make_nonce(*random_)).string();
}

result<void> store_folder::write_description(std::string const& path, std::string const& json)
{
    auto const incoming = incoming_file();
    output_file out(incoming, output_file::mode::create);
    write_text(out, json);
    if (!out.close())
    {
        auto const code = last_error();
        remove_file(incoming);
        return failure("cannot write", incoming, code);
    }
    return rename_file(incoming, path);
}

result<void> store_folder::move_in(content& bytes, std::string const& place)
{
    constexpr std::size_t generation_digits = 16;
    auto const target = place + '.' + make_nonce(*random_).substr(0, generation_digits) + std::string(data_suffix);
    if (auto moved = rename_file(bytes.file(), target); !moved)
        return moved.error();
    bytes = content(target, bytes.size());
    return {};
}

result<void> store_folder::save(
    std::string const& bucket, std::string const& key, stored_object& object, stored_object const* old)
{
    auto const folder = fs::path(path_) / "objects" / bucket;
    if (auto made = make_folder(folder); !made)
        return made.error();
    auto const place = (folder / file_name_of_key(key)).string();
    if (auto moved = move_in(object.bytes, place); !moved)
        return moved.error();
    auto written = write_description(place + std::string(description_suffix), describe_object(key, object));
    if (!written)
        remove_file(object.bytes.file());
    else if (old != nullptr)
        remove_file(old->bytes.file());
    return written;
}

result<void> store_folder::extend(
    std::string const& bucket, std::string const& key, stored_object& object, content const& more)
{
    auto const size = object.bytes.size();
    auto const file = object.bytes.file();
    output_file out(file, output_file::mode::change);
    out.cut(size);  // an interrupted run may have left more than the description says
    bool const copied = copy(out, more);
    if (!out.close() || !copied)
        return failure("cannot write", file, last_error());
    object.bytes = content(file, size + more.size());
    auto const place = fs::path(path_) / "objects" / bucket / file_name_of_key(key);
    return write_description(place.string() + std::string(description_suffix), describe_object(key, object));
}

result<void> store_folder::remove(std::string const& bucket, std::string const& key, stored_object const& object)
{
    auto const place = fs::path(path_) / "objects" / bucket / file_name_of_key(key);
    auto const description = place.string() + std::string(description_suffix);
    if (::unlink(description.c_str()) != 0 && errno != ENOENT)
        return failure("cannot delete", description, last_error());
    remove_file(object.bytes.file());
    return {};
}

result<void> store_folder::save(multipart_upload const& upload)
{
    auto const folder = fs::path(path_) / "uploads" / upload.id;
    if (auto made = make_folder(folder); !made)
        return made.error();
    return write_description((folder / "upload.json").string(), describe_upload(upload));
}

result<void> store_folder::save(
    std::string const& upload_id, unsigned number, stored_part& part, stored_part const* old)
{
    auto const place = (fs::path(path_) / "uploads" / upload_id / part_name(number)).string();
    if (auto moved = move_in(part.bytes, place); !moved)
        return moved.error();
    auto written = write_description(place + std::string(description_suffix), describe_part(part));
    if (!written)
        remove_file(part.bytes.file());
    else if (old != nullptr)
        remove_file(old->bytes.file());
    return written;
}

result<void> store_folder::remove_upload(std::string const& upload_id)
{
    auto const folder = fs::path(path_) / "uploads" / upload_id;
    // First what makes it an upload: parts alone are not one, should this run end here.
    std::error_code code;
    fs::remove(folder / "upload.json", code);
    if (!code)
        fs::remove_all(folder, code);
    if (code)
        return failure("cannot delete", folder.string(), converted(code));
    return {};
}

result<content> store_folder::join(std::vector<content> const& pieces)
{
    auto const path = incoming_file();
    output_file out(path, output_file::mode::create);
    bool copied = true;
    std::uint64_t size = 0;
    for (auto const& piece : pieces)
    {
        copied = copied && copy(out, piece);
        size += piece.size();
    }
    if (!out.close() || !copied)
    {
        auto const code = last_error();
        remove_file(path);
        return failure("cannot write", path, code);
    }
    return content(path, size);
}

}  // namespace sluice::emulator
