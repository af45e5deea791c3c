#include "base/digest.hpp"
#include "base/hex.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

using namespace sluice;

TEST_CASE("digests give the published values")
{
    // FIPS 180-4 examples; RFC 4231, cases 2 and 6; RFC 2202, case 2.
    CHECK(to_hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(to_hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(to_hex(hmac_sha256(as_bytes("Jefe"), "what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(to_hex(hmac_sha256(
              as_bytes(std::string(131, '\xAA')), "Test Using Larger Than Block-Size Key - Hash Key First")) ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    CHECK(to_hex(hmac_sha1(as_bytes("Jefe"), "what do ya want for nothing?")) ==
          "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
}

TEST_CASE("an HMAC with an empty key is that of the empty key, whatever was computed before")
{
    hmac_sha256(as_bytes("another key"), "data");
    CHECK(to_hex(hmac_sha256({}, "")) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    CHECK(to_hex(hmac_sha1({}, "")) == "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d");
}

TEST_CASE("a keyed HMAC gives for each message what a single one gives, moved or not")
{
    for (auto const& key : {std::string(), std::string("Jefe"), std::string(131, '\xAA')})
    {
        CAPTURE(key.size());
        keyed_hmac_sha256 first{as_bytes(key)};
        keyed_hmac_sha256 other{as_bytes("other")};
        for (std::size_t size = 0; size < 200; size += 7)
        {
            std::string const message(size, 'm');
            CHECK(first(message) == hmac_sha256(as_bytes(key), message));
            CHECK(other(message) == hmac_sha256(as_bytes("other"), message));
        }
        auto moved = std::move(first);
        CHECK(moved("x") == hmac_sha256(as_bytes(key), "x"));
        other = std::move(moved);
        CHECK(other("x") == hmac_sha256(as_bytes(key), "x"));
    }
}

TEST_CASE("a running digest does not depend on where its data was cut")
{
    std::string const data = "12345678901234567890123456789012345678901234567890123456789012345678901234567890";
    for (std::size_t cut = 0; cut <= data.size(); ++cut)
    {
        CAPTURE(cut);
        running_digest md5(running_digest::algorithm::md5);
        md5.update(as_bytes(data).first(cut));
        auto moved = std::move(md5);
        moved.update(as_bytes(data).subspan(cut));
        CHECK(to_hex(as_bytes(moved.finish())) == "57edf4a22be3c955ac49da2e2107b67a");  // RFC 1321, A.5
    }
    running_digest sha(running_digest::algorithm::sha256);
    sha.update(as_bytes("abc"));
    CHECK(sha.finish().size() == 32);
}

TEST_CASE("a running digest that is assigned to goes on with the other's data")
{
    running_digest a(running_digest::algorithm::sha256);
    a.update(as_bytes("abc"));
    running_digest b(running_digest::algorithm::md5);
    b = std::move(a);
    auto const digest = b.finish();
    CHECK(to_hex(as_bytes(digest)) == to_hex(sha256("abc")));
}

TEST_CASE("hexadecimal digits are lower case and appended")
{
    std::string out = "x";
    append_hex(out, as_bytes(std::string_view("\x00\x0F\xA5\xFF", 4)));
    CHECK(out == "x000fa5ff");
}
