#include "ims/grant_decoder.hpp"

#include "base/utc_time.hpp"
#include "support/vectors.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using test::text;

namespace
{

// "" stands for null, as in text().
std::string seconds_text(simdjson::dom::element expect)
{
    std::int64_t value = 0;
    return expect["expires_in_s"].get(value) ? std::string() : std::to_string(value);
}

void check_fields(ims::grant_fields const& fields, simdjson::dom::element expect)
{
    CHECK(fields.endpoint == text(expect, "endpoint"));
    CHECK(fields.bucket == text(expect, "bucket"));
    CHECK(fields.object_key == text(expect, "object_key"));
    CHECK(fields.access_key_id == text(expect, "access_key_id"));
    CHECK(fields.access_key_secret == text(expect, "access_key_secret"));
    CHECK(fields.security_token == text(expect, "security_token"));
    CHECK(fields.region == text(expect, "region"));
    CHECK((fields.expires_in ? std::to_string(fields.expires_in->count()) : "") == seconds_text(expect));
    CHECK((fields.expire_utc ? format_iso8601(*fields.expire_utc) : "") == text(expect, "expire_utc"));
    CHECK(fields.swapped == bool(expect["swapped"]));
}

}  // namespace

TEST_CASE("every vector of upload_credentials.json decodes to its fields or to its named error")
{
    test::vectors const file("upload_credentials.json");
    ims::grant_buffer buffer;
    for (auto const item : file.cases("cases"))
    {
        CAPTURE(text(item, "name"));
        auto const expect = item["expect"].value();
        auto const got = ims::decode_grant(text(item, "upload_address"), text(item, "upload_auth"), buffer);
        REQUIRE(got.has_value() == bool(expect["ok"]));
        if (got)
        {
            check_fields(*got, expect);
            continue;
        }
        CHECK(ims::grant_errc_name(got.error().code) == text(expect, "error"));
        CHECK(ims::grant_role_name(got.error().role) == text(expect, "which"));
        CHECK(got.error().field == text(expect, "field"));
    }
}
