#pragma once

#include <string>

namespace bench
{

struct machine
{
    std::string date;  // UTC, YYYY-MM-DD
    std::string processor;
    unsigned processors = 0;
    std::string kernel;
    std::string compiler;
    std::string openssl;
    std::string boost;
    std::string simdjson;
};

machine const& this_machine();

}  // namespace bench
