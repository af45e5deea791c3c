#pragma once

#include "base/endpoint.hpp"
#include "credentials/credentials_source.hpp"
#include "ims/answer.hpp"
#include "ims/api_request.hpp"
#include "net/retry.hpp"

#include <sluice/api_response.hpp>
#include <sluice/error.hpp>
#include <sluice/stream_request.hpp>
#include <sluice/upload_grant.hpp>

#include <chrono>
#include <span>
#include <string>
#include <string_view>

namespace sluice::ims
{

namespace asio = boost::asio;

inline constexpr std::string_view create_upload_stream_name = "CreateUploadStream";
inline constexpr std::string_view refresh_upload_media_name = "RefreshUploadMedia";
inline constexpr std::string_view stream_upload_regions = "cn-shanghai, cn-beijing and cn-shenzhen";

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
        std::string user_agent;  // added to the library's own
    };

    // All but `s` must outlive it; `time` learns from refusals.
    service(
        net::caller& caller, credentials_source& who, clock& c, service_clock& time, random_source& random, settings s);

    // Validates, calls CreateUploadStream, decodes the grant: errc::malformed_grant when that fails. `failed` gets the
    // attempts that did.
    asio::awaitable<result<upload_grant>> create_upload_stream(
        stream_request const& request, steady_time until, net::attempt_log* failed = nullptr);

    // RefreshUploadMedia: the same address with a new credential. Errors as those of create_upload_stream().
    asio::awaitable<result<upload_grant>> refresh_upload_media(std::string_view media_id, steady_time until);

    // Any operation by name. repeatable: sending it twice does no harm. One that is not is sent again only when the
    // service has said that it did nothing.
    asio::awaitable<result<api_response>> call(
        std::string_view operation, api_parameters const& parameters, bool repeatable, steady_time until);

private:
    struct success
    {
        net::response answer;
        unsigned attempts = 0;
    };

    asio::awaitable<result<upload_grant>> ask_for_grant(std::string_view operation,
        std::span<sign::field_view const> parameters, std::string_view media_id, steady_time until,
        net::attempt_log* failed);

    // The answer, when it is a success.
    asio::awaitable<result<success>> send(std::string_view operation, std::span<sign::field_view const> parameters,
        bool repeatable, steady_time until, net::attempt_log* failed = nullptr);
    net::judged judge(net::response const& answer, api_request const& request);
    bool correct_clock(net::header_list const& headers, api_request const& request);
    error located(error e, std::string_view operation, std::string_view resource, unsigned attempts) const;

    net::caller& caller_;
    credentials_source& who_;
    clock& clock_;
    service_clock& time_;
    settings settings_;
    std::string host_;
    composing_tools tools_;
    answer_reader answers_;
};

}  // namespace sluice::ims
