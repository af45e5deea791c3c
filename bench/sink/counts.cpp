#include "sink/counts.hpp"

#include "base/json_writer.hpp"

namespace bench::sink
{

std::string to_json(counts const& c)
{
    sluice::json_writer w;
    w.begin_object();
    w.member("requests", c.requests).member("body_bytes", c.body_bytes).member("parts", c.parts);
    w.member("connections", c.connections).member("full_handshakes", c.full_handshakes);
    w.member("resumed_handshakes", c.resumed_handshakes).member("crc_mismatches", c.crc_mismatches);
    w.member("bad_requests", c.bad_requests).end_object();
    return w.str();
}

}  // namespace bench::sink
