#include "sink/certificate.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdio>
#include <stdexcept>
#include <string_view>

namespace bench::sink
{

namespace
{

template <auto Free>
struct deleter
{
    template <class T>
    void operator()(T* p) const noexcept
    {
        Free(p);
    }
};

using key_ptr = std::unique_ptr<EVP_PKEY, deleter<EVP_PKEY_free>>;
using certificate_ptr = std::unique_ptr<X509, deleter<X509_free>>;
using extension_ptr = std::unique_ptr<X509_EXTENSION, deleter<X509_EXTENSION_free>>;
using file_ptr = std::unique_ptr<std::FILE, deleter<std::fclose>>;

void need(bool done, char const* what)
{
    if (!done)
        throw std::runtime_error(std::string("TLS: no ") + what);
}

void add_extension(X509* to, int nid, char const* value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, to, to, nullptr, nullptr, 0);
    extension_ptr const extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    need(extension && X509_add_ext(to, extension.get(), -1) == 1, value);
}

certificate_ptr make_certificate(EVP_PKEY* key)
{
    constexpr long day = 24L * 60 * 60;
    certificate_ptr made(X509_new());
    auto* const raw = made.get();
    auto* const name = X509_get_subject_name(raw);
    auto const* const common_name = reinterpret_cast<unsigned char const*>("bench-sink");
    X509_set_version(raw, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(raw), 1);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
    X509_set_issuer_name(raw, name);
    X509_set_pubkey(raw, key);
    X509_gmtime_adj(X509_getm_notBefore(raw), -day);
    X509_gmtime_adj(X509_getm_notAfter(raw), 30 * day);
    add_extension(raw, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(raw, NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost");
    need(X509_sign(raw, key, EVP_sha256()) > 0, "signature");
    return made;
}

int choose_http_1_1(
    SSL*, unsigned char const** out, unsigned char* out_size, unsigned char const* in, unsigned in_size, void*)
{
    static constexpr std::array<unsigned char, 9> wanted = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    unsigned char* selected = nullptr;
    auto const chosen = SSL_select_next_proto(&selected, out_size, wanted.data(), wanted.size(), in, in_size);
    *out = selected;
    return chosen == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

void forbid_resumption(SSL_CTX* in)
{
    SSL_CTX_set_options(in, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(in, 0);
    SSL_CTX_set_session_cache_mode(in, SSL_SESS_CACHE_OFF);
}

}  // namespace

context_ptr make_server_context(std::string const& pem_file, bool tickets)
{
    key_ptr const key(EVP_EC_gen("P-256"));
    need(key != nullptr, "key");
    auto const certificate = make_certificate(key.get());
    file_ptr const file(std::fopen(pem_file.c_str(), "w"));
    need(file && PEM_write_X509(file.get(), certificate.get()) == 1, pem_file.c_str());

    context_ptr made(SSL_CTX_new(TLS_server_method()));
    auto* const raw = made.get();
    need(SSL_CTX_use_certificate(raw, certificate.get()) == 1 && SSL_CTX_use_PrivateKey(raw, key.get()) == 1, "keys");
    // One cipher for all who come, so that nobody wins or loses by the order of his list.
    SSL_CTX_set_options(raw, SSL_OP_CIPHER_SERVER_PREFERENCE);
    need(SSL_CTX_set_ciphersuites(raw, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384") == 1 &&
             SSL_CTX_set_cipher_list(raw, "ECDHE+AESGCM+AES128:ECDHE+AESGCM") == 1,
        "cipher");
    static constexpr std::string_view id = "bench";
    SSL_CTX_set_session_id_context(raw, reinterpret_cast<unsigned char const*>(id.data()), id.size());
    if (!tickets)
        forbid_resumption(raw);
    SSL_CTX_set_alpn_select_cb(raw, &choose_http_1_1, nullptr);
    SSL_CTX_set_mode(
        raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // Many records with one recv: the sink must never be what the client waits for.
    SSL_CTX_set_read_ahead(raw, 1);
    SSL_CTX_set_default_read_buffer_len(raw, 512UL * 1024);
    return made;
}

}  // namespace bench::sink
