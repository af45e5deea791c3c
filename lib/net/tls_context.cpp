#include "net/tls_context.hpp"

#include "net/tls_bio.hpp"
#include "net/tls_error.hpp"

#include <openssl/crypto.h>
#include <openssl/err.h>

#if defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#include <array>
#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

namespace sluice::net
{

namespace
{

bool cpu_has_aes() noexcept
{
#if defined(__x86_64__) || defined(__i386__)
    return __builtin_cpu_supports("aes") != 0;
#elif defined(__aarch64__) && defined(__linux__)
    return (getauxval(AT_HWCAP) & HWCAP_AES) != 0;
#else
    return false;
#endif
}

// The cheapest first: AES-128 before AES-256 costs 4 % less a byte, and without AES instructions ChaCha20 beats both.
struct cipher_order
{
    char const* tls13;
    char const* tls12;
};

constexpr cipher_order aes_first{
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256",
    "ECDHE+AESGCM+AES128:ECDHE+AESGCM:ECDHE+CHACHA20",
};
constexpr cipher_order chacha_first{
    "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384",
    "ECDHE+CHACHA20:ECDHE+AESGCM+AES128:ECDHE+AESGCM",
};

error unusable_authorities(std::string const& ca_file, std::string const& why)
{
    error e(errc::invalid_argument, "the file of authorities " + ca_file + " cannot be used: " + why);
    e.recommendation = "Give ca_file (--ca-file) a file of PEM certificates, or leave it out to trust the system's";
    e.attempts = 0;
    return e;
}

std::string last_system_error()
{
    return error_code(errno, boost::system::system_category()).message();
}

// OpenSSL would wait for ever for the writer of a pipe.
result<void> check_readable_file(std::string const& ca_file)
{
    struct stat status{};
    if (::stat(ca_file.c_str(), &status) != 0 || ::access(ca_file.c_str(), R_OK) != 0)
        return unusable_authorities(ca_file, last_system_error());
    if (!S_ISREG(status.st_mode))
        return unusable_authorities(ca_file, "it is not a regular file");
    return {};
}

}  // namespace

tls_context::tls_context() : bio_method_(make_tls_bio_method()), context_(SSL_CTX_new(TLS_client_method())) {}

bool tls_context::configure()
{
    auto* const context = context_.get();
    if (context == nullptr || !bio_method_)
        return false;

    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // Or an idle connection would hold twice the memory. It costs an allocation for each record, and what the handshake
    // left behind may stay.
    if (!frees_buffers())
        SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);

    auto const& order = cpu_has_aes() ? aes_first : chacha_first;
    static constexpr std::array<unsigned char, 9> alpn{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

    SSL_CTX_set_app_data(context, this);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, &tls_context::store_session);

    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_ciphersuites(context, order.tls13) == 1 && SSL_CTX_set_cipher_list(context, order.tls12) == 1 &&
           SSL_CTX_set_alpn_protos(context, alpn.data(), alpn.size()) == 0;
}

result<std::shared_ptr<tls_context>> tls_context::create(std::string const& ca_file, bool verify_peer)
{
    ERR_clear_error();
    std::shared_ptr<tls_context> made(new tls_context);
    if (!made->configure())
        return error(last_tls_error(), "the TLS library could not be set up");

    auto* const context = made->context_.get();
    SSL_CTX_set_verify(context, verify_peer ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
    if (!ca_file.empty())
    {
        if (auto readable = check_readable_file(ca_file); !readable)
            return readable.error();
        if (SSL_CTX_load_verify_file(context, ca_file.c_str()) != 1)
        {
            ERR_clear_error();
            return unusable_authorities(ca_file, "it holds no certificate in PEM form");
        }
    }
    else if (verify_peer)
    {
        // A system without authorities shows in the first handshake, which says what to do.
        SSL_CTX_set_default_verify_paths(context);
        ERR_clear_error();
    }
    return made;
}

bool tls_context::frees_buffers() noexcept
{
    // Older ones free what a record that has come in part still needs (CVE-2024-4741).
    static bool const safe = [] {
        auto const at_least = [](unsigned minor, unsigned patch) {
            return OPENSSL_version_minor() == minor && OPENSSL_version_patch() >= patch;
        };
        return OPENSSL_version_major() > 3 || OPENSSL_version_minor() > 3 || at_least(0, 14) || at_least(1, 6) ||
               at_least(2, 2) || at_least(3, 1);
    }();
    return safe;
}

ssl_handle tls_context::make_connection(std::string const& origin)
{
    ssl_handle connection(SSL_new(context_.get()));
    if (!connection)
        return nullptr;
    SSL_set_app_data(connection.get(), const_cast<std::string*>(&origin));  // OpenSSL keeps a void*
    if (auto const session = sessions_.take(origin))
        SSL_set_session(connection.get(), session.get());
    SSL_set_connect_state(connection.get());
    return connection;
}

int tls_context::store_session(SSL* ssl, SSL_SESSION* session)
{
    auto* const self = static_cast<tls_context*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
    auto const* const origin = static_cast<std::string const*>(SSL_get_app_data(ssl));
    self->sessions_.store(*origin, ssl_session(session));
    return 1;  // the session is ours now
}

}  // namespace sluice::net
