#pragma once

#include <openssl/ssl.h>

#include <memory>

namespace bench
{

// Keeps the latest session of a client's TLS context, to be resumed by later handshakes.
class session_keeper
{
public:
    explicit session_keeper(SSL_CTX* of);  // to be outlived by what it keeps for
    session_keeper(session_keeper const&) = delete;
    session_keeper& operator=(session_keeper const&) = delete;
    ~session_keeper() = default;

    void offer_to(SSL* before_its_handshake) const;

private:
    static int keep(SSL* from, SSL_SESSION* session);

    struct free_session
    {
        void operator()(SSL_SESSION* s) const noexcept { SSL_SESSION_free(s); }
    };
    std::unique_ptr<SSL_SESSION, free_session> latest_;
};

}  // namespace bench
