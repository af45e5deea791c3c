#include "support/test_authority.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include <unistd.h>

namespace sluice::test
{

namespace
{

void demand(bool fulfilled, char const* what)
{
    if (!fulfilled)
        throw std::runtime_error(std::string("the test authority could not ") + what);
}

// A certificate without what makes it a leaf or an authority, and without signature.
test_identity draft(std::string const& common_name, std::chrono::hours begins, std::chrono::hours ends)
{
    test_identity made;
    made.key.reset(EVP_EC_gen("P-256"));
    made.certificate.reset(X509_new());
    demand(made.key && made.certificate, "make a key");

    auto* const certificate = made.certificate.get();
    std::uint64_t serial = 0;
    RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1);
    X509_set_version(certificate, X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(certificate), std::chrono::seconds(begins).count());
    X509_gmtime_adj(X509_getm_notAfter(certificate), std::chrono::seconds(ends).count());
    X509_set_pubkey(certificate, made.key.get());
    auto const* const text = reinterpret_cast<unsigned char const*>(common_name.c_str());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8, text, -1, -1, 0);
    return made;
}

void add_extension(X509* certificate, X509* issuer, int id, std::string const& value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    auto* const extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
    demand(extension != nullptr, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

}  // namespace

test_authority::test_authority(std::string const& name)
    : name_(name), self_(draft(name, std::chrono::hours(-1), std::chrono::hours(24)))
{
    auto* const certificate = self_.certificate.get();
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(certificate, certificate, NID_subject_key_identifier, "hash");
    demand(X509_sign(certificate, self_.key.get(), EVP_sha256()) > 0, "sign itself");

    auto path = (std::filesystem::temp_directory_path() / "sluice-test-authority-XXXXXX").string();
    auto const descriptor = ::mkstemp(path.data());
    demand(descriptor >= 0, "make its file");
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> const out(::fdopen(descriptor, "wb"), &std::fclose);
    auto const text = pem();
    demand(out && std::fwrite(text.data(), 1, text.size(), out.get()) == text.size(), "write its file");
    file_ = path;
}

test_authority::~test_authority()
{
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
}

test_identity test_authority::issue(test_leaf const& leaf) const
{
    auto made = draft(leaf.names.empty() ? "sluice test server" : leaf.names.front(), leaf.begins, leaf.ends);
    auto* const certificate = made.certificate.get();
    auto* const issuer = self_.certificate.get();
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer));

    std::string alternatives;
    for (auto const& name : leaf.names)
        alternatives += (alternatives.empty() ? "DNS:" : ",DNS:") + name;
    for (auto const& address : leaf.addresses)
        alternatives += (alternatives.empty() ? "IP:" : ",IP:") + address;
    if (!alternatives.empty())
        add_extension(certificate, issuer, NID_subject_alt_name, alternatives);
    add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(certificate, issuer, NID_ext_key_usage, "serverAuth");
    demand(X509_sign(certificate, self_.key.get(), EVP_sha256()) > 0, "sign a certificate");
    return made;
}

std::string test_authority::pem() const
{
    std::unique_ptr<BIO, int (*)(BIO*)> const out(BIO_new(BIO_s_mem()), &BIO_free);
    PEM_write_bio_X509(out.get(), self_.certificate.get());
    char* text = nullptr;
    auto const size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

}  // namespace sluice::test
