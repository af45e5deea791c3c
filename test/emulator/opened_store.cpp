#include "emulator/opened_store.hpp"

#include "emulator/oss_client.hpp"

#include <stdexcept>
#include <utility>

namespace sluice::test
{

std::unique_ptr<emulator::object_store> open_store(std::string folder)
{
    auto opened = emulator::object_store::open(std::move(folder), {test_bucket});
    if (!opened)
        throw std::runtime_error(opened.error().message);
    return std::move(*opened);
}

emulator::received_body receive(emulator::object_store& store, std::string_view text)
{
    auto const writer = store.receive(text.size());
    writer->write(as_bytes(text));
    return writer->finish().value();
}

std::vector<std::filesystem::path> files_below(std::filesystem::path const& folder)
{
    std::vector<std::filesystem::path> files;
    for (auto const& entry : std::filesystem::recursive_directory_iterator(folder))
    {
        if (entry.is_regular_file() && entry.path().filename() != ".lock")
            files.push_back(entry.path());
    }
    return files;
}

}  // namespace sluice::test
