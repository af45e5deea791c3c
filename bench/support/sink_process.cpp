#include "support/sink_process.hpp"

#include <simdjson.h>

#include <stdexcept>

namespace bench
{

namespace
{

std::vector<std::string> sink_command(std::vector<std::string> const& options)
{
    std::vector<std::string> command = {program_path("sink/bench-sink").string()};
    command.insert(command.end(), options.begin(), options.end());
    return command;
}

std::string line_of(child& process)
{
    auto line = process.read_line();
    if (!line)
        throw std::runtime_error("the sink has ended");
    return *std::move(line);
}

}  // namespace

sink_process::sink_process(std::vector<std::string> const& options) : process_(sink_command(options), 1)
{
    simdjson::dom::parser parser;
    simdjson::dom::element const said = parser.parse(simdjson::padded_string(line_of(process_)));
    origin_ = std::string_view(said["origin"]);
    ca_file_ = std::string_view(said["ca_file"]);
}

std::vector<std::string> sink_process::where() const
{
    std::vector<std::string> words = {"--origin", origin_};
    if (!ca_file_.empty())
        words.insert(words.end(), {"--ca", ca_file_});
    return words;
}

sink_counts sink_process::ask()
{
    process_.write_line("counts");
    simdjson::dom::parser parser;
    simdjson::dom::element const said = parser.parse(simdjson::padded_string(line_of(process_)));
    sink_counts c;
    c.requests = said["requests"];
    c.body_bytes = said["body_bytes"];
    c.connections = said["connections"];
    c.full_handshakes = said["full_handshakes"];
    c.resumed_handshakes = said["resumed_handshakes"];
    c.crc_mismatches = said["crc_mismatches"];
    c.bad_requests = said["bad_requests"];
    return c;
}

}  // namespace bench
