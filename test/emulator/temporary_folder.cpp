#include "emulator/temporary_folder.hpp"

#include <stdlib.h>  // mkdtemp is POSIX, and not in <cstdlib>

#include <stdexcept>

namespace sluice::test
{

temporary_folder::temporary_folder()
{
    auto pattern = (std::filesystem::temp_directory_path() / "sluice-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
        throw std::runtime_error("no temporary folder can be made");
    path_ = pattern;
}

temporary_folder::~temporary_folder()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace sluice::test
