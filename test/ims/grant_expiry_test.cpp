#include "ims/grant_expiry.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using token_kind = ims::json_token::kind;

TEST_CASE("Expiration gives the whole seconds that are left, or nothing")
{
    struct row
    {
        token_kind what;
        std::string_view text;
        long long expect;  // -1: nothing
    };
    static constexpr row rows[] = {
        {token_kind::string, "3600", 3600},
        {token_kind::string, "0", 0},
        {token_kind::string, "3600.5", 3600},
        {token_kind::string, "3600.99999999999999999999", 3600},
        {token_kind::string, "000003600", 3600},
        {token_kind::string, "999999999", 999999999},
        {token_kind::string, "999999999.9", 999999999},
        {token_kind::string, "1000000000", -1},
        {token_kind::string, "0000000001", -1},
        {token_kind::string, "", -1},
        {token_kind::string, ".", -1},
        {token_kind::string, ".5", -1},
        {token_kind::string, "5.", -1},
        {token_kind::string, "5.5.5", -1},
        {token_kind::string, "-1", -1},
        {token_kind::string, "+1", -1},
        {token_kind::string, " 1", -1},
        {token_kind::string, "1 ", -1},
        {token_kind::string, "1e3", -1},
        {token_kind::string, "0x10", -1},
        {token_kind::string, "2026-03-30T09:05:30Z", -1},
        {token_kind::number, "3388", 3388},
        {token_kind::number, "0", 0},
        {token_kind::number, "-0", 0},
        {token_kind::number, "-0.000e5", 0},
        {token_kind::number, "-0.5", -1},
        {token_kind::number, "-1", -1},
        {token_kind::number, "0.999", 0},
        {token_kind::number, "3600.999", 3600},
        {token_kind::number, "3.6e3", 3600},
        {token_kind::number, "3.6E+3", 3600},
        {token_kind::number, "36000e-1", 3600},
        {token_kind::number, "36009e-1", 3600},
        {token_kind::number, "0.0036e6", 3600},
        {token_kind::number, "0.00367e5", 367},
        {token_kind::number, "3600e0", 3600},
        {token_kind::number, "1.23456e3", 1234},
        {token_kind::number, "12.3e-1", 1},
        {token_kind::number, "1e8", 100000000},
        {token_kind::number, "1e9", -1},
        {token_kind::number, "0.1e10", -1},
        {token_kind::number, "1000000000", -1},
        {token_kind::number, "999999999", 999999999},
        {token_kind::number, "999999999.99999999999999999999", 999999999},
        {token_kind::number, "1e400", -1},
        {token_kind::number, "1e-400", 0},
        {token_kind::number, "1e99999999999999999999999", -1},
        {token_kind::number, "1e-99999999999999999999999", 0},
        {token_kind::number, "0e99999999999999999999999", 0},
        {token_kind::number, "123456789012345678901234567890", -1},
        {token_kind::boolean, "true", -1},
        {token_kind::null, "null", -1},
        {token_kind::absent, "", -1},
        {token_kind::array, "[3600]", -1},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.text);
        auto const got = ims::seconds_left({r.text, r.what});
        CHECK((got ? got->count() : -1) == r.expect);
    }
}

TEST_CASE("the end of life is ExpireUTCTime, else Expiration, where that is a real time")
{
    struct row
    {
        std::string_view expire_utc_time, expiration, expect;
    };
    static constexpr std::string_view other = "2030-01-01T00:00:00Z";
    static constexpr row rows[] = {
        {"2026-03-30T09:05:30Z", other, "2026-03-30T09:05:30Z"},
        {"2026-03-30T09:05:30.999Z", other, "2026-03-30T09:05:30Z"},
        {"2024-02-29T23:59:59Z", other, "2024-02-29T23:59:59Z"},
        {"2026-02-29T00:00:00Z", other, other},
        {"2026-13-01T00:00:00Z", other, other},
        {"2026-03-30T24:00:00Z", other, other},
        {"2026-03-30T09:05:60Z", other, other},
        {"2026-03-30T09:05:30", other, other},
        {"2026-03-30 09:05:30Z", other, other},
        {"2026-03-30T09:05:30+08:00", other, other},
        {"2026-03-30T09:05:30.Z", other, other},
        {"2026-03-30T09:05:30.5Z", other, other},
        {"2026-03-30T09:05:30.abcZ", other, other},
        {"26-03-30T09:05:30Z", other, other},
        {"", "3600", ""},
        {"soon", "later", ""},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.expire_utc_time);
        auto const got = ims::end_of_life({r.expire_utc_time, token_kind::string}, {r.expiration, token_kind::string});
        CHECK((got ? format_iso8601(*got) : "") == r.expect);
    }
    CHECK_FALSE(ims::end_of_life({"20260330", token_kind::number}, {"{}", token_kind::object}).has_value());
}
