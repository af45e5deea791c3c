#include <sluice/error.hpp>

#include <boost/asio/error.hpp>

namespace asio = boost::asio;

namespace sluice
{

namespace
{

class category final : public boost::system::error_category
{
public:
    [[nodiscard]] char const* name() const noexcept override { return "sluice"; }

    [[nodiscard]] std::string message(int value) const override
    {
        switch (static_cast<errc>(value))
        {
        case errc::invalid_argument:
            return "invalid argument";
        case errc::no_credentials:
            return "no credentials";
        case errc::resolve_failed:
            return "the host name could not be resolved";
        case errc::connect_failed:
            return "no connection could be made";
        case errc::untrusted_certificate:
            return "the server's certificate is not trusted";
        case errc::connect_timeout:
            return "connecting took too long";
        case errc::stalled:
            return "no data moved for too long";
        case errc::response_timeout:
            return "the server did not answer in time";
        case errc::deadline_exceeded:
            return "the deadline has passed";
        case errc::connection_lost:
            return "the connection was lost";
        case errc::malformed_response:
            return "the server's answer is malformed";
        case errc::service_error:
            return "the service refused the request";
        case errc::malformed_grant:
            return "the upload grant is malformed";
        case errc::grant_expired:
            return "the upload grant has expired";
        case errc::checksum_mismatch:
            return "the checksum of what is stored differs";
        case errc::source_failed:
            return "the source could not be read";
        case errc::source_changed:
            return "the source changed while it was read";
        case errc::object_too_large:
            return "the object is too large";
        case errc::checkpoint_in_use:
            return "the checkpoint is in use";
        }
        return "unknown error";
    }
};

void append_field(std::string& out, std::string_view name, std::string_view value)
{
    if (value.empty())
        return;
    out += out.ends_with('(') ? "" : ", ";
    out += name;
    out += ' ';
    out += value;
}

}  // namespace

boost::system::error_category const& sluice_category() noexcept
{
    static category const instance;
    return instance;
}

bool error::is_transient() const noexcept
{
    if (code.category() == sluice_category())
    {
        switch (static_cast<errc>(code.value()))
        {
        case errc::resolve_failed:
        case errc::connect_failed:
        case errc::connect_timeout:
        case errc::stalled:
        case errc::response_timeout:
        case errc::deadline_exceeded:
        case errc::connection_lost:
        case errc::malformed_response:
        case errc::checksum_mismatch:
            return true;
        case errc::service_error:
            return http_status >= 500 || http_status == 408 || http_status == 429 ||
                   service_code.starts_with("Throttling") || service_code == "RequestsTooFrequent";
        default:
            return false;
        }
    }
    return code.category() == asio::error::get_misc_category() || code == asio::error::connection_reset ||
           code == asio::error::broken_pipe || code == asio::error::timed_out;
}

std::string error::describe() const
{
    std::string out;
    if (!operation.empty())
        out += operation + " failed";
    else
        out += "failed";
    if (!resource.empty())
        out += " on " + resource;
    out += ": ";
    if (!service_code.empty())
        out += service_code + ": ";
    out += reason();

    std::string facts = " (";
    if (http_status != 0)
        append_field(facts, "HTTP", std::to_string(http_status));
    append_field(facts, "request id", request_id);
    append_field(facts, "host", host);
    if (attempts > 1)
        append_field(facts, "attempts", std::to_string(attempts));
    append_field(facts, "upload id left on the server", upload_id);
    append_field(facts, "denied because", access_denied);
    if (facts.size() > 2)
        out += facts + ")";
    if (!recommendation.empty())
        out += ". " + recommendation;
    return out;
}

exception::exception(sluice::error e) : std::runtime_error(e.describe()), error_(std::move(e)) {}

void throw_exception_from_error(error const& e, boost::source_location const&)
{
    throw exception(e);
}

}  // namespace sluice
