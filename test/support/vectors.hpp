#pragma once

#include <simdjson.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::test
{

// A file of test data: from the folder named by SLUICE_VECTORS if it is there, else from SLUICE_TEST_DATA.
std::filesystem::path data_path(std::string_view name);
std::string read_data(std::string_view name);  // throws when it cannot be read

// A JSON file of vectors. What it hands out lives as long as it does.
class vectors
{
public:
    explicit vectors(std::string_view name);  // throws when it cannot be read or is not JSON

    [[nodiscard]] simdjson::dom::element root() const noexcept { return root_; }
    // The elements of a member of the root that is an array; throws when it has none, so that no table is empty.
    [[nodiscard]] simdjson::dom::array cases(std::string_view member) const;

private:
    simdjson::dom::parser parser_;
    simdjson::dom::element root_;
};

// The text of a member; empty when it is absent or null.
std::string_view text(simdjson::dom::element of, std::string_view member);
bool has(simdjson::dom::element of, std::string_view member);

// [[name, value], ...]
using field_list = std::vector<std::pair<std::string_view, std::string_view>>;
field_list fields(simdjson::dom::element of, std::string_view member);

}  // namespace sluice::test
