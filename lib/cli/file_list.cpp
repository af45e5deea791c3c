#include "cli/file_list.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <sys/stat.h>
#include <system_error>

namespace sluice::cli
{

namespace
{

error cannot_list(std::string const& path, std::error_code const& why)
{
    error e(error_code(why.value(), boost::system::system_category()), "the folder can't be read: " + why.message());
    e.operation = "read";
    e.resource = path;
    e.recommendation = "Check that it exists and that this user may read it";
    e.attempts = 0;
    return e;
}

// Which folder it is, whatever path leads to it.
struct folder_identity
{
    ::dev_t device;
    ::ino_t number;

    explicit folder_identity(struct stat const& status) noexcept : device(status.st_dev), number(status.st_ino) {}
    bool operator==(folder_identity const&) const = default;
};

std::optional<folder_identity> identity_of(std::string const& folder)
{
    struct stat status{};
    if (folder.empty() || ::stat(folder.c_str(), &status) != 0)
        return std::nullopt;
    return folder_identity(status);
}

// As upload::checkpoint_file names them, also while they are written.
bool is_called_a_checkpoint(std::string_view name)
{
    return name.ends_with(".sluice") || name.ends_with(".sluice.new");
}

class walk
{
public:
    walk(std::optional<folder_identity> checkpoints, bool (*interrupted)() noexcept)
        : checkpoints_(checkpoints), interrupted_(interrupted)
    {}

    void folder(std::filesystem::path const& path)
    {
        bool const may_hold_secrets = holds_checkpoints(path);
        std::vector<std::filesystem::directory_entry> inside;
        std::error_code failure;
        std::filesystem::directory_iterator at(path, failure);
        while (!failure && at != std::filesystem::directory_iterator())
        {
            auto const name = at->path().filename().string();
            if (!name.starts_with('.') && !(may_hold_secrets && is_called_a_checkpoint(name)))
                inside.push_back(*at);
            at.increment(failure);
        }
        std::ranges::sort(inside, {}, [](auto const& entry) { return entry.path().filename().native(); });
        for (auto const& one : inside)
        {
            if (interrupted_())
                return;
            take(one);
        }
        if (failure)
            found.push_back({.path = path.string(), .unreadable = cannot_list(path.string(), failure)});
    }

    std::vector<listed_file> found;

private:
    void take(std::filesystem::directory_entry const& one)
    {
        std::error_code failure;
        bool const is_link = one.is_symlink(failure);
        if (!is_link && one.is_directory(failure))  // a link to a folder may lead to the one that it is in
        {
            if (!holds_checkpoints(one.path()))
                folder(one.path());
            return;
        }
        bool const is_file = one.is_regular_file(failure);
        bool const has_vanished = !is_link && failure == std::errc::no_such_file_or_directory;
        if (is_file || (failure && !has_vanished))
            found.push_back({.path = one.path().string(), .unreadable = std::nullopt});
    }

    [[nodiscard]] bool holds_checkpoints(std::filesystem::path const& folder) const
    {
        return checkpoints_ && identity_of(folder.string()) == checkpoints_;
    }

    std::optional<folder_identity> checkpoints_;
    bool (*interrupted_)() noexcept;
};

}  // namespace

std::vector<listed_file> list_files(
    std::vector<std::string> const& arguments, std::string const& checkpoints, bool (*interrupted)() noexcept)
{
    walk all(identity_of(checkpoints), interrupted);
    for (auto const& argument : arguments)
    {
        std::error_code ignored;  // the upload of it will say what is wrong
        if (std::filesystem::is_directory(argument, ignored))
            all.folder(argument);
        else
            all.found.push_back({.path = argument, .unreadable = std::nullopt});
    }
    return std::move(all.found);
}

}  // namespace sluice::cli
