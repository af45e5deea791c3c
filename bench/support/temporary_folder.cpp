#include "support/temporary_folder.hpp"

#include <unistd.h>

#include <stdexcept>
#include <string>
#include <system_error>

namespace bench
{

temporary_folder::temporary_folder()
{
    auto name = (std::filesystem::temp_directory_path() / "sluice-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw std::runtime_error("no temporary folder " + name);
    path_ = name;
}

temporary_folder::~temporary_folder()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace bench
