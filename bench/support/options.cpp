#include "support/options.hpp"

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace bench
{

options read_options(int argc, char const* const* argv)
{
    options o;
    for (int i = 1; i < argc; ++i)
    {
        if (std::string_view(argv[i]) != "--quick")
        {
            std::fprintf(stderr, "usage: %s [--quick]\n", argv[0]);
            std::exit(2);
        }
        o.quick = true;
    }
    return o;
}

}  // namespace bench
