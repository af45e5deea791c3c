#include "emulator/store_folder.hpp"

#include "base/text.hpp"
#include "emulator/object_store.hpp"
#include "emulator/store_description.hpp"
#include "emulator/store_files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

namespace sluice::emulator
{

namespace fs = std::filesystem;

namespace
{

constexpr std::string_view data_end = ".data";
constexpr std::string_view description_end = ".json";

error damaged(fs::path const& description, std::string const& what)
{
    error e(errc::source_failed, "the store is damaged: " + description.string() + " " + what);
    e.recommendation =
        "Nothing was changed. Restore the file, or move it and the .data file of its name out of the store.";
    return e;
}

std::string read_text(fs::path const& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// The file of `bytes` is there, and has at least what its description says.
bool is_kept(content const& bytes)
{
    std::error_code code;
    auto const size = fs::file_size(bytes.file(), code);
    return !code && size >= bytes.size();
}

bool is_upload_folder(fs::path const& path)
{
    constexpr std::size_t upload_id_digits = 32;
    auto const name = path.filename().string();
    return name.size() == upload_id_digits && name.find_first_not_of("0123456789ABCDEF") == std::string::npos;
}

// Reads all that is kept, and notes what an interrupted run left half done.
class loader
{
public:
    explicit loader(fs::path path) : path_(std::move(path)) {}

    result<void> read()
    {
        auto const buckets = children(path_ / "objects");
        if (!buckets)
            return buckets.error();
        for (auto const& bucket : *buckets)
        {
            if (!is_bucket_name(bucket.filename().string()) || !fs::is_directory(bucket))
                continue;
            if (auto done = read_bucket(bucket); !done)
                return done;
        }
        auto const uploads = children(path_ / "uploads");
        if (!uploads)
            return uploads.error();
        for (auto const& folder : *uploads)
        {
            if (!is_upload_folder(folder) || !fs::is_directory(folder))
                continue;
            if (auto done = read_upload_folder(folder); !done)
                return done;
        }
        return {};
    }

    void remove_leftovers()
    {
        auto const incoming = children(path_ / "incoming");
        if (incoming)
            leftovers_.insert(leftovers_.end(), incoming->begin(), incoming->end());
        std::error_code ignored;  // the next run finds it again
        for (auto const& path : leftovers_)
            fs::remove_all(path, ignored);
    }

    store_folder::contents take() { return std::move(contents_); }

private:
    result<void> read_bucket(fs::path const& bucket)
    {
        auto const files = children(bucket);
        if (!files)
            return files.error();
        std::set<std::string> named;
        for (auto const& path : *files)
        {
            if (!path.string().ends_with(description_end))
                continue;
            auto read = read_object(read_text(path), bucket.string());
            if (!read)
                return damaged(path, "is not the description of an object");
            if (!is_kept(read->object.bytes))
                return damaged(path, "describes more bytes than its .data file has");
            named.insert(read->object.bytes.file());
            contents_.objects.push_back({bucket.filename().string(), std::move(read->key), std::move(read->object)});
        }
        note_orphans(*files, named);
        return {};
    }

    result<void> read_upload_folder(fs::path const& folder)
    {
        auto const files = children(folder);
        if (!files)
            return files.error();
        auto const description = folder / "upload.json";
        if (std::error_code code; !fs::exists(description, code) && !code)
        {
            leftovers_.push_back(folder);  // it had ended
            return {};
        }
        auto upload = read_upload(read_text(description));
        if (!upload || upload->id != folder.filename().string())
            return damaged(description, "is not the description of this upload");
        std::set<std::string> named;
        for (auto const& path : *files)
        {
            auto const number = parse_number<unsigned>(path.stem().string());
            if (!number || path.extension() != description_end)
                continue;
            auto part = read_part(read_text(path), folder.string());
            if (!part)
                return damaged(path, "is not the description of a part");
            if (!is_kept(part->bytes))
                return damaged(path, "describes more bytes than its .data file has");
            named.insert(part->bytes.file());
            upload->parts.emplace(*number, std::move(*part));
        }
        note_orphans(*files, named);
        contents_.uploads.push_back(std::move(*upload));
        return {};
    }

    // Data that no description names was left by a run that ended before it could write one, or delete it.
    void note_orphans(std::vector<fs::path> const& files, std::set<std::string> const& named)
    {
        for (auto const& path : files)
        {
            if (path.string().ends_with(data_end) && !named.contains(path.string()))
                leftovers_.push_back(path);
        }
    }

    fs::path path_;
    store_folder::contents contents_;
    std::vector<fs::path> leftovers_;
};

}  // namespace

result<std::unique_ptr<store_folder>> store_folder::open(std::string path)
{
    for (auto const* part : {"objects", "uploads", "incoming"})
    {
        if (auto made = make_folder(fs::path(path) / part); !made)
            return made.error();
    }

    auto const lock_path = (fs::path(path) / ".lock").string();
    int const lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, store_file_mode);
    if (lock < 0)
        return store_error("cannot write", lock_path, last_error());
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0)
    {
        auto const code = last_error();
        ::close(lock);
        auto e = store_error("another emulator uses the store", path, code);
        e.recommendation = "end the other emulator, or give this one a folder of its own";
        return e;
    }
    return std::unique_ptr<store_folder>(new store_folder(std::move(path), lock));
}

result<store_folder::contents> store_folder::load() const
{
    loader l(path_);
    if (auto done = l.read(); !done)
        return done.error();
    l.remove_leftovers();
    return l.take();
}

}  // namespace sluice::emulator
