#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench
{

// The command line of the sink and of the workers: --name VALUE and --name, in any order.
// Whatever is wrong with it ends the process with a line that says so: the suite's own programs are who calls.
class arguments
{
public:
    arguments(int argc, char const* const* argv);

    [[nodiscard]] bool flag(std::string_view name);
    [[nodiscard]] std::string text(std::string_view name, std::string_view otherwise);
    [[nodiscard]] std::uint64_t number(std::string_view name, std::uint64_t otherwise);

    // After all that is understood was asked for.
    void refuse_rest() const;

private:
    [[nodiscard]] std::vector<std::string>::iterator find(std::string_view name);

    std::vector<std::string> words_;
};

}  // namespace bench
