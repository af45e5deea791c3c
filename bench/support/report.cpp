#include "support/report.hpp"

#include "base/json_writer.hpp"

#include <simdjson.h>

#include <cstdio>

namespace bench
{

void print(report const& r)
{
    sluice::json_writer w;
    w.begin_object();
    w.member("wall", r.used.wall).member("user", r.used.user).member("system", r.used.system);
    w.member("bytes", r.bytes).member("requests", r.requests).member("unanswered", r.unanswered);
    if (r.tls)
        w.member("full_handshakes", r.tls->full).member("resumed_handshakes", r.tls->resumed);
    w.key("beside").begin_object();
    for (auto const& [name, value] : r.beside)
        w.member(name, value);
    w.end_object().end_object();
    std::printf("%s\n", w.str().c_str());
    std::fflush(stdout);
}

std::optional<report> read_report(std::string_view line)
try
{
    simdjson::dom::parser parser;
    simdjson::dom::element const said = parser.parse(simdjson::padded_string(line));
    report r;
    r.used = {double(said["wall"]), double(said["user"]), double(said["system"])};
    r.bytes = said["bytes"];
    r.requests = said["requests"];
    r.unanswered = said["unanswered"];
    if (std::uint64_t full = 0; said["full_handshakes"].get(full) == simdjson::SUCCESS)
        r.tls = {full, said["resumed_handshakes"]};
    for (auto const [name, value] : simdjson::dom::object(said["beside"]))
        r.beside[std::string(name)] = double(value);
    return r;
}
catch (simdjson::simdjson_error const&)
{
    return std::nullopt;
}

}  // namespace bench
