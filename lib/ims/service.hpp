#pragma once

#include "base/endpoint.hpp"
#include "credentials/credentials_source.hpp"
#include "net/retry.hpp"

#include <sluice/api_response.hpp>
#include <sluice/error.hpp>
#include <sluice/stream_request.hpp>
#include <sluice/upload_grant.hpp>

#include <string>

namespace sluice::ims
{

namespace asio = boost::asio;

// ice.{region}.aliyuncs.com, for the regions that have the product. errc::invalid_argument lists them.
result<endpoint> endpoint_of_region(std::string_view region);

// Refuses wrong values before any network traffic: errc::invalid_argument, the message lists the valid ones.
result<void> validate(stream_request const& request);

// The operations of Intelligent Media Services, version 2020-11-09: signed POSTs with everything in the query.
class service
{
public:
    struct settings
    {
        endpoint where;
        std::string user_agent;
    };

    // `caller`, `who`, `c` and `random` must outlive it.
    service(net::caller& caller, credentials_source& who, clock& c, random_source& random, settings s);

    // Validates, calls CreateUploadStream, decodes the grant.
    asio::awaitable<result<upload_grant>> create_upload_stream(stream_request const& request, steady_time until);

    // Any operation by name. repeatable: sending it twice does no harm.
    asio::awaitable<result<api_response>> call(
        std::string_view operation, api_parameters const& parameters, bool repeatable, steady_time until);

private:
    net::caller& caller_;
    credentials_source& who_;
    clock& clock_;
    random_source& random_;
    settings settings_;
};

}  // namespace sluice::ims
