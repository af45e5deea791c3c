#include "emulator/request_log.hpp"

#include <doctest/doctest.h>

using namespace sluice::emulator;

TEST_CASE("secrets in a target are masked")
{
    struct row
    {
        std::string_view in, out;
    };
    static constexpr row rows[] = {
        {"/b/k", "/b/k"},
        {"/b/k?uploads", "/b/k?uploads"},
        {"/b/k?partNumber=1&uploadId=A%2F", "/b/k?partNumber=1&uploadId=A%2F"},
        {"/b/k?x-oss-signature=ab&x-oss-security-token=cd&x-oss-date=1",
            "/b/k?x-oss-signature=***&x-oss-security-token=***&x-oss-date=1"},
        {"/b/k?OSSAccessKeyId=i&Expires=1&Signature=s%3D&security-token=t",
            "/b/k?OSSAccessKeyId=i&Expires=1&Signature=***&security-token=***"},
        {"/?security%2Dtoken=t", "/?security%2Dtoken=***"},
        {"/?a=1?Signature=x", "/?a=1?Signature=x"},
        {"/?", "/?"},
    };
    for (auto const& r : rows)
        CHECK(mask_secrets(r.in) == r.out);
}

TEST_CASE("a line is one JSON object that leaves out what is not known")
{
    log_entry entry;
    entry.number = 7;
    entry.connection = 2;
    entry.in_flight = 3;
    entry.tls = true;
    entry.method = "PUT";
    entry.target = "/b/k?Signature=secret";
    entry.service = "oss";
    entry.part_number = 4;
    entry.status = 403;
    entry.code = "AccessDenied";
    entry.user_agent = "a\"b\n";
    entry.bytes_in = 5;
    entry.duration = 1.5;
    auto const line = log_line(entry);
    CHECK(line == R"({"number":7,"connection":2,"in_flight":3,"tls":true,"method":"PUT","target":"/b/k?Signature=***",)"
                  R"("service":"oss","part_number":4,"status":403,"code":"AccessDenied","bytes_in":5,"bytes_out":0,)"
                  R"("user_agent":"a\"b\n","duration_ms":1.5})");
}
