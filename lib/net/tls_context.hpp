#pragma once

#include "net/tls_session_cache.hpp"

#include <sluice/error.hpp>

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace sluice::net
{

struct ssl_deleter
{
    void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
};
using ssl_handle = std::unique_ptr<SSL, ssl_deleter>;

// What the TLS connections of a pool share: trust, loaded once; cipher order; sessions to resume.
class tls_context
{
public:
    // ca_file: PEM, any number of certificates; empty: the system's authorities. A file that cannot be used,
    // or is not a regular one: errc::invalid_argument that names it.
    static result<std::shared_ptr<tls_context>> create(std::string const& ca_file, bool verify_peer);

    tls_context(tls_context const&) = delete;
    tls_context& operator=(tls_context const&) = delete;

    // SSL_free_buffers is of use with the OpenSSL that runs.
    [[nodiscard]] static bool frees_buffers() noexcept;

    // A client's connection, that stores its sessions under `origin`, which must outlive it.
    [[nodiscard]] ssl_handle make_connection(std::string const& origin);

    [[nodiscard]] tls_session_cache& sessions() noexcept { return sessions_; }
    [[nodiscard]] BIO_METHOD const* bio_method() const noexcept { return bio_method_.get(); }

private:
    struct context_deleter
    {
        void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
    };
    struct method_deleter
    {
        void operator()(BIO_METHOD* method) const noexcept { BIO_meth_free(method); }
    };

    tls_context();
    bool configure();
    static int store_session(SSL* ssl, SSL_SESSION* session);

    std::unique_ptr<BIO_METHOD, method_deleter> bio_method_;
    std::unique_ptr<SSL_CTX, context_deleter> context_;
    tls_session_cache sessions_;
};

}  // namespace sluice::net
