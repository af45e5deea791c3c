#pragma once

#include "base/digest.hpp"
#include "sign/acs3.hpp"
#include "sign/oss_v1.hpp"
#include "sign/oss_v4.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace bench
{

// Requests as the SDK makes them, with credentials that are nobody's.

inline constexpr std::string_view sample_id = "STS.NUxY8qkQ3ePzT6wHbS5dJ2mVr";
inline constexpr std::string_view sample_secret = "9sKq2dXhTtM4bLwZy7VfGc3nRpJ8uEa5QxWv6mDk1HYo";
inline constexpr std::string_view sample_timestamp = "20260330T080530Z";
inline constexpr std::string_view sample_http_date = "Mon, 30 Mar 2026 08:05:30 GMT";

// CreateUploadStream with a long-lived key.
struct sample_call
{
    sample_call();

    std::vector<sluice::sign::field_view> query;
    std::vector<sluice::sign::field_view> headers;
    sluice::sign::acs3::request request;
};

// A part of a multipart upload with a security token.
struct sample_part
{
    sample_part();

    std::string token;
    std::vector<sluice::sign::field_view> query;
    std::vector<sluice::sign::field_view> headers_v4;
    std::vector<sluice::sign::field_view> headers_v1;
    sluice::sign::oss_v4::scope scope;
    sluice::sign::oss_v4::request v4;
    sluice::sign::oss_v1::request v1;
};

}  // namespace bench
