#pragma once

#include <sluice/error.hpp>

#include <filesystem>
#include <string>

namespace sluice::cli
{

// A folder of this process's own under the system's folder for such, removed with all that is in it.
class temporary_folder
{
public:
    static result<temporary_folder> make();

    temporary_folder(temporary_folder&& other) noexcept;
    temporary_folder& operator=(temporary_folder&& other) noexcept;
    ~temporary_folder();

    [[nodiscard]] std::filesystem::path const& path() const noexcept { return path_; }

    // Removes those that exist, before the program ends without destructors. All of this on the main thread.
    static void remove_all();

private:
    explicit temporary_folder(std::filesystem::path path);

    std::filesystem::path path_;
};

}  // namespace sluice::cli
