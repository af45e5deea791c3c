#include "net/header_list.hpp"

#include <doctest/doctest.h>

using sluice::net::header_list;

TEST_CASE("the first field of a name is found, in any case")
{
    header_list headers;
    headers.add("ETag", "\"a\"");
    headers.add("x-oss-request-id", "1");
    headers.add("etag", "\"b\"");
    headers.add("Empty", "");
    CHECK(headers.find("etag") == "\"a\"");
    CHECK(headers.find("X-OSS-Request-Id") == "1");
    CHECK(headers.find("empty").empty());
    CHECK(headers.find("x-oss-request").empty());
    REQUIRE(headers.size() == 4);
    CHECK(headers.name(2) == "etag");
    CHECK(headers.value(2) == "\"b\"");
    headers.clear();
    CHECK(headers.size() == 0);
    CHECK(headers.find("etag").empty());
}
