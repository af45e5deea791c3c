#include <sluice/error.hpp>

#include <boost/asio/error.hpp>
#include <doctest/doctest.h>

using namespace sluice;

TEST_CASE("describe says what failed, on what, what the server said, its request id and what to do next")
{
    error e(errc::service_error, "The bucket does not exist.");
    e.operation = "UploadPart";
    e.resource = "oss://bucket/key";
    e.service_code = "NoSuchBucket";
    e.http_status = 404;
    e.request_id = "5C3D9175B6FC201293AD****";
    e.host = "bucket.oss-cn-hangzhou.aliyuncs.com";
    e.attempts = 3;
    e.recommendation = "Check the bucket's name.";
    CHECK(e.describe() ==
          "UploadPart failed on oss://bucket/key: NoSuchBucket: The bucket does not exist. (HTTP 404, request id "
          "5C3D9175B6FC201293AD****, host bucket.oss-cn-hangzhou.aliyuncs.com, attempts 3). Check the bucket's name.");
}

TEST_CASE("describe makes do with a code")
{
    CHECK(error(errc::stalled).describe() == "failed: no data moved for too long");
    error e(errc::connection_lost);
    e.upload_id = "U";
    CHECK(e.describe() == "failed: the connection was lost (upload id left on the server U)");
}

TEST_CASE("an error is transient when the same call may succeed later")
{
    struct row
    {
        error_code code;
        int http_status;
        std::string_view service_code;
        bool transient;
    };
    row const rows[] = {
        {errc::connect_timeout, 0, "", true},
        {errc::checksum_mismatch, 200, "", true},
        {errc::service_error, 503, "ServiceUnavailable", true},
        {errc::service_error, 429, "", true},
        {errc::service_error, 400, "Throttling.User", true},
        {errc::service_error, 403, "RequestsTooFrequent", true},
        {errc::service_error, 403, "AccessDenied", false},
        {errc::invalid_argument, 0, "", false},
        {errc::untrusted_certificate, 0, "", false},
        {boost::asio::error::connection_reset, 0, "", true},
        {boost::asio::error::eof, 0, "", true},
        {boost::asio::error::operation_aborted, 0, "", false},
        {boost::system::errc::make_error_code(boost::system::errc::permission_denied), 0, "", false},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.code.message());
        CAPTURE(r.service_code);
        error e(r.code);
        e.http_status = r.http_status;
        e.service_code = r.service_code;
        CHECK(e.is_transient() == r.transient);
    }
}

TEST_CASE("value() of a failed result throws the error")
{
    result<int> const failed = error(errc::no_credentials, "none found");
    CHECK_THROWS_AS((void)failed.value(), exception);
    try
    {
        (void)failed.value();
    }
    catch (exception const& e)
    {
        CHECK(e.error().code == errc::no_credentials);
        CHECK(std::string_view(e.what()) == "failed: none found");
    }
}

TEST_CASE("every errc has words of its own")
{
    for (int value = 1; value <= static_cast<int>(errc::checkpoint_in_use); ++value)
    {
        CAPTURE(value);
        CHECK(sluice_category().message(value) != "unknown error");
    }
    CHECK(sluice_category().message(0) == "unknown error");
    CHECK(std::string_view(sluice_category().name()) == "sluice");
}
