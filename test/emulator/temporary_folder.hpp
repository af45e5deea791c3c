#pragma once

#include <filesystem>
#include <string>

namespace sluice::test
{

// A new empty folder, deleted with all that is in it when this goes.
class temporary_folder
{
public:
    temporary_folder();
    temporary_folder(temporary_folder const&) = delete;
    temporary_folder& operator=(temporary_folder const&) = delete;
    ~temporary_folder();

    [[nodiscard]] std::filesystem::path const& path() const noexcept { return path_; }
    [[nodiscard]] std::string sub(std::string const& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

}  // namespace sluice::test
