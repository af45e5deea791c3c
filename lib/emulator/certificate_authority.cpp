#include "emulator/certificate_authority.hpp"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <array>

namespace sluice::emulator
{

namespace ssl = boost::asio::ssl;

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
using number_ptr = std::unique_ptr<BIGNUM, deleter<BN_free>>;
using memory_ptr = std::unique_ptr<BIO, deleter<BIO_free_all>>;

constexpr long day = 24L * 60 * 60;  // s

error openssl_error(std::string what)
{
    auto const code = ERR_get_error();
    ERR_clear_error();
    std::array<char, 256> text{};
    ERR_error_string_n(code, text.data(), text.size());
    return {errc::invalid_argument, std::move(what) + ": " + text.data()};
}

bool set_random_serial(X509* certificate)
{
    std::array<unsigned char, 16> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
        return false;
    bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7F) | 0x40);  // positive, and of one length (RFC 5280, 4.1.2.2)
    number_ptr const number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
    return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_common_name(X509_NAME* name, char const* text)
{
    auto const* bytes = reinterpret_cast<unsigned char const*>(text);
    return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, bytes, -1, -1, 0) == 1;
}

bool add_extension(X509* certificate, X509* issuer, int nid, std::string const& value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    extension_ptr const extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// Serial, subject, key and validity: what every certificate has. By the system's clock, for that is the one by which
// peers judge it, wherever the emulator's stands.
certificate_ptr begin_certificate(EVP_PKEY* key, char const* common_name)
{
    certificate_ptr certificate(X509_new());
    if (!certificate || X509_set_version(certificate.get(), X509_VERSION_3) != 1 ||
        !set_random_serial(certificate.get()) ||
        !set_common_name(X509_get_subject_name(certificate.get()), common_name) ||
        X509_set_pubkey(certificate.get(), key) != 1 ||
        X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -day) == nullptr ||
        X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 365 * day) == nullptr)
        return nullptr;
    return certificate;
}

bool issue(X509* certificate, X509* issuer, EVP_PKEY* issuer_key)
{
    return X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 &&
           X509_sign(certificate, issuer_key, EVP_sha256()) > 0;
}

certificate_ptr make_authority(EVP_PKEY* key)
{
    auto certificate = begin_certificate(key, "sluice emulator authority");
    auto* raw = certificate.get();
    if (!certificate || !add_extension(raw, raw, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
        !add_extension(raw, raw, NID_key_usage, "critical,keyCertSign,cRLSign") ||
        !add_extension(raw, raw, NID_subject_key_identifier, "hash") || !issue(raw, raw, key))
        return nullptr;
    return certificate;
}

bool is_address(std::string const& name)
{
    boost::system::error_code not_one;
    boost::asio::ip::make_address(name, not_one);
    return !not_one;
}

bool is_host_name(std::string_view name)
{
    if (name.starts_with("*."))
        name.remove_prefix(2);
    return !name.empty() && name.size() <= 253 && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
               c == '_';
    });
}

certificate_ptr make_server(
    EVP_PKEY* key, std::string const& alternative_names, X509* authority, EVP_PKEY* authority_key)
{
    auto certificate = begin_certificate(key, "sluice emulator");
    auto* raw = certificate.get();
    if (!certificate || !add_extension(raw, authority, NID_basic_constraints, "critical,CA:FALSE") ||
        !add_extension(raw, authority, NID_key_usage, "critical,digitalSignature") ||
        !add_extension(raw, authority, NID_ext_key_usage, "serverAuth") ||
        !add_extension(raw, authority, NID_subject_key_identifier, "hash") ||
        !add_extension(raw, authority, NID_authority_key_identifier, "keyid:always") ||
        !add_extension(raw, authority, NID_subject_alt_name, alternative_names) ||
        !issue(raw, authority, authority_key))
        return nullptr;
    return certificate;
}

std::string to_pem(X509* certificate)
{
    memory_ptr const memory(BIO_new(BIO_s_mem()));
    if (!memory || PEM_write_bio_X509(memory.get(), certificate) != 1)
        return {};
    char* text = nullptr;
    auto const size = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

// Clients that offer http/1.1 beside others are told so; those that offer other protocols alone get no answer to it.
int select_http_1_1(
    SSL*, unsigned char const** out, unsigned char* out_size, unsigned char const* in, unsigned in_size, void*)
{
    static constexpr std::array<unsigned char, 9> wanted = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    unsigned char* selected = nullptr;
    auto const chosen = SSL_select_next_proto(&selected, out_size, wanted.data(), wanted.size(), in, in_size);
    *out = selected;
    return chosen == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

struct certificate_authority::keys
{
    key_ptr authority_key;
    certificate_ptr authority;
    key_ptr server_key;
    certificate_ptr server;
};

certificate_authority::certificate_authority(std::unique_ptr<keys> k, std::string pem) noexcept
    : keys_(std::move(k)), pem_(std::move(pem))
{}
certificate_authority::certificate_authority(certificate_authority&&) noexcept = default;
certificate_authority& certificate_authority::operator=(certificate_authority&&) noexcept = default;
certificate_authority::~certificate_authority() = default;

result<certificate_authority> certificate_authority::make(std::vector<std::string> const& names)
{
    std::string alternative_names;
    for (auto const& name : names)
    {
        bool const address = is_address(name);
        if (!address && !is_host_name(name))
            return error(errc::invalid_argument, "no host name or address for a certificate: \"" + name + "\"");
        alternative_names += (alternative_names.empty() ? "" : ",") + std::string(address ? "IP:" : "DNS:") + name;
    }

    auto k = std::make_unique<keys>();
    k->authority_key.reset(EVP_EC_gen("P-256"));
    k->server_key.reset(EVP_EC_gen("P-256"));
    if (!k->authority_key || !k->server_key)
        return openssl_error("the keys of the certificate authority could not be made");
    k->authority = make_authority(k->authority_key.get());
    if (!k->authority)
        return openssl_error("the certificate of the authority could not be made");
    k->server = make_server(k->server_key.get(), alternative_names, k->authority.get(), k->authority_key.get());
    if (!k->server)
        return openssl_error("the certificate of the server could not be made");
    auto pem = to_pem(k->authority.get());
    if (pem.empty())
        return openssl_error("the certificate of the authority could not be written");
    return certificate_authority(std::move(k), std::move(pem));
}

result<ssl::context> certificate_authority::server_context() const
{
    ssl::context context(ssl::context::tls_server);
    auto* native = context.native_handle();
    static constexpr std::array<unsigned char, 6> session_context = {'s', 'l', 'u', 'i', 'c', 'e'};
    if (SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) != 1 ||
        SSL_CTX_use_certificate(native, keys_->server.get()) != 1 ||
        SSL_CTX_use_PrivateKey(native, keys_->server_key.get()) != 1 ||
        SSL_CTX_set_session_id_context(native, session_context.data(), session_context.size()) != 1)
        return openssl_error("TLS could not be set up");
    SSL_CTX_set_alpn_select_cb(native, &select_http_1_1, nullptr);
    return context;
}

}  // namespace sluice::emulator
