#include "support/vectors.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace sluice::test
{

std::filesystem::path data_path(std::string_view name)
{
    if (char const* const folder = std::getenv("SLUICE_VECTORS"))
        if (auto path = std::filesystem::path(folder) / name; exists(path))
            return path;
    char const* const folder = std::getenv("SLUICE_TEST_DATA");
    if (folder == nullptr)
        throw std::runtime_error("SLUICE_TEST_DATA is not set: run the tests through meson test");
    return std::filesystem::path(folder) / name;
}

std::string read_data(std::string_view name)
{
    auto const path = data_path(name);
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw std::runtime_error("cannot read " + path.string());
    return {std::istreambuf_iterator<char>(file), {}};
}

vectors::vectors(std::string_view name)
{
    auto const text = read_data(name);
    root_ = parser_.parse(text);
}

simdjson::dom::array vectors::cases(std::string_view member) const
{
    simdjson::dom::array const all = root_[member];
    if (all.size() == 0)
        throw std::runtime_error("no vectors under " + std::string(member));
    return all;
}

std::string_view text(simdjson::dom::element of, std::string_view member)
{
    simdjson::dom::element value;
    if (of[member].get(value) != simdjson::SUCCESS || value.is_null())
        return {};
    return value.get_string().value();
}

bool has(simdjson::dom::element of, std::string_view member)
{
    simdjson::dom::element value;
    return of[member].get(value) == simdjson::SUCCESS && !value.is_null();
}

field_list fields(simdjson::dom::element of, std::string_view member)
{
    field_list out;
    simdjson::dom::array list;
    if (of[member].get(list) != simdjson::SUCCESS)
        return out;
    for (simdjson::dom::array const pair : list)
        out.emplace_back(pair.at(0), pair.at(1));
    return out;
}

}  // namespace sluice::test
