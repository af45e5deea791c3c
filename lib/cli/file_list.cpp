#include "cli/file_list.hpp"

#include <algorithm>
#include <filesystem>
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

class walk
{
public:
    explicit walk(bool (*interrupted)() noexcept) : interrupted_(interrupted) {}

    void folder(std::filesystem::path const& path)
    {
        std::vector<std::filesystem::directory_entry> inside;
        std::error_code failure;
        std::filesystem::directory_iterator at(path, failure);
        while (!failure && at != std::filesystem::directory_iterator())
        {
            if (!at->path().filename().native().starts_with('.'))
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
        std::error_code ignored;  // what vanished meanwhile is none of the folder's files
        if (one.is_regular_file(ignored))
            found.push_back({.path = one.path().string(), .unreadable = std::nullopt});
        else if (!one.is_symlink(ignored) && one.is_directory(ignored))  // a link to a folder may lead to this one
            folder(one.path());
    }

    bool (*interrupted_)() noexcept;
};

}  // namespace

std::vector<listed_file> list_files(std::vector<std::string> const& arguments, bool (*interrupted)() noexcept)
{
    walk all(interrupted);
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
