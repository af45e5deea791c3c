#include "net/failure.hpp"

#include <boost/asio/error.hpp>

namespace sluice::net
{

namespace
{

std::string as_text(std::chrono::milliseconds d)
{
    return d.count() % 1000 == 0 ? std::to_string(d.count() / 1000) + " s" : std::to_string(d.count()) + " ms";
}

}  // namespace

error aborted()
{
    return {error_code(boost::asio::error::operation_aborted), "cancelled"};
}

error deadline_passed(std::string_view meanwhile)
{
    error e(errc::deadline_exceeded, "the deadline passed while the request " + std::string(meanwhile));
    e.recommendation = "Allow more time (time_limits::deadline, upload_options::deadline), or ask for less at once.";
    return e;
}

error stalled(std::chrono::milliseconds limit)
{
    error e(errc::stalled, "no byte moved for " + as_text(limit) + " (time_limits::stall_timeout)");
    e.recommendation = "Check the network; where such pauses are normal, raise time_limits::stall_timeout.";
    return e;
}

error no_answer(std::chrono::milliseconds limit)
{
    error e(errc::response_timeout,
        "the request was sent, and no whole answer came for " + as_text(limit) + " (time_limits::response_timeout)");
    e.recommendation = "Try again later; where the server is that slow, raise time_limits::response_timeout.";
    return e;
}

error connection_lost(std::string what_happened)
{
    error e(errc::connection_lost, std::move(what_happened));
    e.recommendation = "Try again; if it happens often, check the network and what stands between.";
    return e;
}

error body_length_wrong(std::uint64_t announced, bool longer)
{
    error e(errc::source_changed, "the body was announced as " + std::to_string(announced) + " bytes and turned out " +
                                      (longer ? "longer" : "shorter"));
    e.recommendation = "Leave the source alone while it is sent.";
    return e;
}

}  // namespace sluice::net
