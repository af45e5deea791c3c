#include "sink/settings.hpp"

#include "support/arguments.hpp"

namespace bench::sink
{

settings read_settings(int argc, char const* const* argv)
{
    arguments given(argc, argv);
    settings s;
    s.plain = given.flag("plain");
    s.take_crc = !given.flag("no-crc");
    s.delay = std::chrono::milliseconds(given.number("delay-ms", 0));
    s.rate = given.number("rate", 0);
    s.gather = given.number("gather", 0);
    s.close_each = given.flag("close-each");
    s.tickets = !given.flag("no-tickets");
    s.lowat = static_cast<int>(given.number("lowat", 0));
    given.refuse_rest();
    return s;
}

}  // namespace bench::sink
