#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <deque>
#include <memory>
#include <string>

namespace sluice::net
{

struct ssl_session_deleter
{
    void operator()(SSL_SESSION* session) const noexcept { SSL_SESSION_free(session); }
};
using ssl_session = std::unique_ptr<SSL_SESSION, ssl_session_deleter>;

// What lets a later handshake with the same origin be a short one: halves its cost (measured).
class tls_session_cache
{
public:
    // A few for each origin, as one is used up by each connection; of all origins the latest.
    static constexpr std::size_t max_per_origin = 4;
    static constexpr std::size_t max_in_all = 256;

    void store(std::string const& origin, ssl_session session);

    // The latest one of the origin; null when there is none. TLS 1.3 tickets are given out once (RFC 8446, C.4).
    ssl_session take(std::string const& origin);

    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

private:
    struct entry
    {
        std::string origin;
        ssl_session session;
    };

    std::deque<entry> entries_;  // the latest last
};

}  // namespace sluice::net
