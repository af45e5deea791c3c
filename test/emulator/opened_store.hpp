#pragma once

#include "emulator/object_store.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::test
{

// With the bucket test_bucket. Throws when it cannot be opened.
std::unique_ptr<emulator::object_store> open_store(std::string folder);
emulator::received_body receive(emulator::object_store& store, std::string_view text);
std::vector<std::filesystem::path> files_below(std::filesystem::path const& folder);  // the lock excepted

}  // namespace sluice::test
