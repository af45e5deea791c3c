#include "emulator/certificate_authority.hpp"

#include "emulator/endpoint_names.hpp"

#include <boost/asio/ssl/stream.hpp>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace sluice;
using namespace sluice::emulator;

namespace
{

struct free_ssl
{
    void operator()(SSL* p) const noexcept { SSL_free(p); }
    void operator()(SSL_CTX* p) const noexcept { SSL_CTX_free(p); }
    void operator()(X509* p) const noexcept { X509_free(p); }
    void operator()(BIO* p) const noexcept { BIO_free_all(p); }
};
template <class T>
using owned = std::unique_ptr<T, free_ssl>;

owned<X509> read_pem(std::string const& pem)
{
    owned<BIO> const memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return owned<X509>(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
}

// Verdict of a strict client that trusts `ca` and calls the server `host`.
struct meeting
{
    long verdict = -1;
    std::string version;
    std::string protocol;
};

meeting meet(certificate_authority const& authority, X509* ca, std::string const& host, bool is_address = false)
{
    auto context = authority.server_context();
    REQUIRE(context.has_value());
    owned<SSL_CTX> const client_context(SSL_CTX_new(TLS_client_method()));
    X509_STORE_add_cert(SSL_CTX_get_cert_store(client_context.get()), ca);
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(client_context.get()), X509_V_FLAG_X509_STRICT);
    SSL_CTX_set_verify(client_context.get(), SSL_VERIFY_NONE, nullptr);  // the verdict is looked at below

    owned<SSL> const server(SSL_new(context->native_handle()));
    owned<SSL> const client(SSL_new(client_context.get()));
    auto* const param = SSL_get0_param(client.get());
    if (is_address)
        X509_VERIFY_PARAM_set1_ip_asc(param, host.c_str());
    else
        X509_VERIFY_PARAM_set1_host(param, host.data(), host.size());
    static constexpr unsigned char offered[] = "\x02h2\x08http/1.1";
    SSL_set_alpn_protos(client.get(), offered, sizeof offered - 1);

    BIO* a = nullptr;
    BIO* b = nullptr;
    REQUIRE(BIO_new_bio_pair(&a, 1 << 17, &b, 1 << 17) == 1);
    SSL_set_bio(server.get(), a, a);
    SSL_set_bio(client.get(), b, b);
    SSL_set_accept_state(server.get());
    SSL_set_connect_state(client.get());
    for (int turn = 0; turn < 10 && !(SSL_is_init_finished(client.get()) && SSL_is_init_finished(server.get())); ++turn)
    {
        SSL_do_handshake(client.get());
        SSL_do_handshake(server.get());
    }
    REQUIRE(SSL_is_init_finished(client.get()));
    unsigned char const* protocol = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(client.get(), &protocol, &size);
    return {SSL_get_verify_result(client.get()), SSL_get_version(client.get()),
        std::string(reinterpret_cast<char const*>(protocol), size)};
}

std::vector<std::string> names()
{
    auto all = vendor_host_names("cn-shanghai");
    for (auto const* const more : {"localhost", "*.localhost", "127.0.0.1", "::1", "cdn.example.com"})
        all.emplace_back(more);
    return all;
}

}  // namespace

TEST_CASE("a strict client accepts the certificate for every name it is made for, and no other")
{
    auto const authority = certificate_authority::make(names());
    REQUIRE(authority.has_value());
    auto const ca = read_pem(authority->pem());
    REQUIRE(ca);
    struct row
    {
        std::string host;
        bool is_address;
        long verdict;
    };
    row const rows[] = {
        {"localhost", false, X509_V_OK},
        {"127.0.0.1", true, X509_V_OK},
        {"::1", true, X509_V_OK},
        {"cdn.example.com", false, X509_V_OK},
        {"ice.cn-shanghai.aliyuncs.com", false, X509_V_OK},
        {"bucket-1.oss-cn-shanghai.aliyuncs.com", false, X509_V_OK},
        {"bucket-1.us-east-1.oss.aliyuncs.com", false, X509_V_OK},
        {"a.bucket-1.oss-cn-shanghai.aliyuncs.com", false, X509_V_ERR_HOSTNAME_MISMATCH},
        {"example.com", false, X509_V_ERR_HOSTNAME_MISMATCH},
        {"127.0.0.2", true, X509_V_ERR_IP_ADDRESS_MISMATCH},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.host);
        auto const met = meet(*authority, ca.get(), r.host, r.is_address);
        CHECK(met.verdict == r.verdict);
        CHECK(met.version == "TLSv1.3");
        CHECK(met.protocol == "http/1.1");
    }
}

TEST_CASE("another authority's client refuses")
{
    auto const authority = certificate_authority::make({"localhost"});
    auto const other = certificate_authority::make({"localhost"});
    auto const ca = read_pem(other.value().pem());
    CHECK(meet(authority.value(), ca.get(), "localhost").verdict != X509_V_OK);
    CHECK(authority->pem() != other->pem());
}

TEST_CASE("the authority's certificate is one of an authority, and holds no key")
{
    auto const authority = certificate_authority::make({"localhost"});
    auto const ca = read_pem(authority.value().pem());
    CHECK(X509_check_ca(ca.get()) == 1);
    CHECK(X509_get_pathlen(ca.get()) == 0);
    CHECK((X509_get_key_usage(ca.get()) & KU_KEY_CERT_SIGN) != 0);
    CHECK(authority->pem().find("PRIVATE") == std::string::npos);
    int days = 0;
    int seconds = 0;
    ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(ca.get()), X509_get0_notAfter(ca.get()));
    CHECK(days == 366);
}

TEST_CASE("what is no host name makes no certificate")
{
    for (std::string const bad : {"", "a b", "a,DNS:b", "*", "a\nb"})
    {
        CAPTURE(bad);
        auto const authority = certificate_authority::make({"localhost", bad});
        REQUIRE(authority.has_error());
        CHECK(authority.error().code == errc::invalid_argument);
    }
}
