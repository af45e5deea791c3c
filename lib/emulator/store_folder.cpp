#include "emulator/store_folder.hpp"

#include "base/hex.hpp"
#include "base/nonce.hpp"
#include "base/percent.hpp"
#include "emulator/output_file.hpp"
#include "emulator/store_description.hpp"
#include "emulator/store_files.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

namespace sluice::emulator
{

namespace fs = std::filesystem;

namespace
{

constexpr std::size_t copy_block = 1U << 20U;

// File systems take 255 bytes; generation and suffix need 22 of them.
constexpr std::size_t longest_name = 200;
constexpr std::size_t kept_of_long_name = 100;

constexpr std::string_view data_suffix = ".data";
constexpr std::string_view description_suffix = ".json";

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

store_folder::store_folder(std::string path, int lock) noexcept
    : path_(std::move(path)), lock_(lock), random_(system_random())
{}

store_folder::~store_folder()
{
    ::close(lock_);
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
        return store_error("cannot write", incoming, code);
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
        return store_error("cannot write", file, last_error());
    object.bytes = content(file, size + more.size());
    auto const place = fs::path(path_) / "objects" / bucket / file_name_of_key(key);
    return write_description(place.string() + std::string(description_suffix), describe_object(key, object));
}

result<void> store_folder::remove(std::string const& bucket, std::string const& key, stored_object const& object)
{
    auto const place = fs::path(path_) / "objects" / bucket / file_name_of_key(key);
    auto const description = place.string() + std::string(description_suffix);
    if (::unlink(description.c_str()) != 0 && errno != ENOENT)
        return store_error("cannot delete", description, last_error());
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
        return store_error("cannot delete", folder.string(), converted(code));
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
        return store_error("cannot write", path, code);
    }
    return content(path, size);
}

}  // namespace sluice::emulator
