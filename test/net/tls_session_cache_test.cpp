#include "net/tls_session_cache.hpp"

#include <doctest/doctest.h>

using namespace sluice::net;

namespace
{

ssl_session make_session(int version)
{
    ssl_session made(SSL_SESSION_new());
    SSL_SESSION_set_protocol_version(made.get(), version);
    return made;
}

}  // namespace

TEST_CASE("a TLS 1.3 ticket is given out once, the latest first (RFC 8446, C.4)")
{
    tls_session_cache cache;
    auto first = make_session(TLS1_3_VERSION);
    auto second = make_session(TLS1_3_VERSION);
    auto const* const older = first.get();
    auto const* const newer = second.get();
    cache.store("a:443", std::move(first));
    cache.store("a:443", std::move(second));
    CHECK(cache.take("a:443").get() == newer);
    CHECK(cache.take("a:443").get() == older);
    CHECK(cache.take("a:443") == nullptr);
}

TEST_CASE("a TLS 1.2 session serves again and again")
{
    tls_session_cache cache;
    auto session = make_session(TLS1_2_VERSION);
    auto const* const same = session.get();
    cache.store("a:443", std::move(session));
    for (int i = 0; i < 3; ++i)
        CHECK(cache.take("a:443").get() == same);
}

TEST_CASE("an origin gets its own sessions only")
{
    tls_session_cache cache;
    cache.store("a:443", make_session(TLS1_3_VERSION));
    CHECK(cache.take("a:8443") == nullptr);
    CHECK(cache.take("b:443") == nullptr);
    CHECK(cache.take("a:443") != nullptr);
}

TEST_CASE("the number of sessions kept is bounded, and the oldest go first")
{
    tls_session_cache cache;
    for (std::size_t i = 0; i < 3 * tls_session_cache::max_per_origin; ++i)
        cache.store("busy:443", make_session(TLS1_3_VERSION));
    CHECK(cache.size() == tls_session_cache::max_per_origin);

    for (std::size_t i = 0; i < tls_session_cache::max_in_all; ++i)
        cache.store(std::to_string(i), make_session(TLS1_3_VERSION));
    CHECK(cache.size() == tls_session_cache::max_in_all);
    CHECK(cache.take("busy:443") == nullptr);
    CHECK(cache.take("0") != nullptr);
}
