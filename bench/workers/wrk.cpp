// The peer wrk, with a script that pipelines: it sends the same signed request again and again, and reads no more of an
// answer than its head. Its figures begin with its start.
//   --seconds N, --connections N, --pipeline N
#include "support/arguments.hpp"
#include "support/child.hpp"
#include "support/report.hpp"
#include "support/temporary_folder.hpp"
#include "workers/call_request.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace
{

// Nothing in a call_request needs an escape.
std::string quoted(std::string const& text)
{
    return '\'' + text + '\'';
}

// What wrk asks for with every request() is sent as it is; it counts beforehand how many requests that holds.
std::string script_of(bench::call_request const& call, std::uint64_t pipeline)
{
    std::string headers;
    for (auto const& [name, value] : call.fields)
        headers += "wrk.headers[" + quoted(name) + "] = " + quoted(value) + '\n';
    return headers +
           "init = function()\n"
           "  all = string.rep(wrk.format('POST', " +
           quoted(call.target) + "), " + std::to_string(pipeline) +
           ")\n"
           "end\n"
           "request = function() return all end\n"
           "done = function(s)\n"
           "  local e = s.errors\n"
           "  io.write(string.format('done %d %d %d\\n', s.requests, s.duration,\n"
           "    e.connect + e.read + e.write + e.status + e.timeout))\n"
           "end\n";
}

struct summary
{
    std::uint64_t requests = 0;
    std::uint64_t microseconds = 0;
    std::uint64_t errors = 1;
};

summary read_summary(bench::child& wrk)
{
    summary s;
    while (auto const line = wrk.read_line())
    {
        std::array<unsigned long long, 3> said{};
        if (std::sscanf(line->c_str(), "done %llu %llu %llu", &said[0], &said[1], &said[2]) == 3)
            s = {said[0], said[1], said[2]};
    }
    return s;
}

}  // namespace

int main(int argc, char** argv)
{
    bench::arguments given(argc, argv);
    auto const origin = given.text("origin", "");
    [[maybe_unused]] auto const ca_file = given.text("ca", "");  // it trusts everybody
    auto const seconds = given.number("seconds", 1);
    auto const connections = given.number("connections", 1);
    auto const pipeline = given.number("pipeline", 1);
    given.refuse_rest();
    bench::temporary_folder const folder;
    auto const script = (folder.path() / "pipeline.lua").string();
    std::ofstream(script) << script_of(bench::call_request(origin), pipeline);

    bench::child wrk({"/usr/bin/env", "wrk", "-t1", "-c" + std::to_string(connections), "-d" + std::to_string(seconds),
                         "-s", script, origin + "/"},
        0);
    auto const said = read_summary(wrk);
    if (wrk.wait() != 0 || said.errors != 0)
        return 1;

    bench::report r;
    r.used = wrk.used();
    r.used.wall = static_cast<double>(said.microseconds) * 1e-6;
    r.requests = said.requests;
    r.unanswered = connections * pipeline;
    r.beside = {{"calls", static_cast<double>(said.requests)}};
    bench::print(r);
}
