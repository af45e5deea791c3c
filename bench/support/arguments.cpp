#include "support/arguments.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace bench
{

namespace
{

[[noreturn]] void refuse(std::string const& what)
{
    std::fprintf(stderr, "%s\n", what.c_str());
    std::exit(2);
}

}  // namespace

arguments::arguments(int argc, char const* const* argv) : words_(argv + 1, argv + argc) {}

bool arguments::flag(std::string_view name)
{
    auto const at = find(name);
    if (at == words_.end())
        return false;
    words_.erase(at);
    return true;
}

std::string arguments::text(std::string_view name, std::string_view otherwise)
{
    auto const at = find(name);
    if (at == words_.end())
        return std::string(otherwise);
    if (at + 1 == words_.end())
        refuse(*at + " needs a value");
    auto value = *(at + 1);
    words_.erase(at, at + 2);
    return value;
}

std::uint64_t arguments::number(std::string_view name, std::uint64_t otherwise)
{
    auto const given = text(name, "");
    if (given.empty())
        return otherwise;
    auto const value = sluice::parse_number<std::uint64_t>(given);
    if (!value)
        refuse("--" + std::string(name) + " needs a number, not " + given);
    return *value;
}

void arguments::refuse_rest() const
{
    if (!words_.empty())
        refuse("not understood: " + words_.front());
}

std::vector<std::string>::iterator arguments::find(std::string_view name)
{
    return std::ranges::find(words_, "--" + std::string(name));
}

}  // namespace bench
