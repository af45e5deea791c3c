#pragma once

#include <filesystem>

namespace bench
{

// A folder for one run, gone with it.
class temporary_folder
{
public:
    temporary_folder();
    temporary_folder(temporary_folder const&) = delete;
    temporary_folder& operator=(temporary_folder const&) = delete;
    ~temporary_folder();

    [[nodiscard]] std::filesystem::path const& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace bench
