#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace sluice::test
{

struct key_deleter
{
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
struct certificate_deleter
{
    void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};

// A server's certificate and its key.
struct test_identity
{
    std::unique_ptr<X509, certificate_deleter> certificate;
    std::unique_ptr<EVP_PKEY, key_deleter> key;
};

// What a certificate is to say. By default: valid now, for localhost and the loopback addresses.
struct test_leaf
{
    std::vector<std::string> names{"localhost"};
    std::vector<std::string> addresses{"127.0.0.1", "::1"};
    std::chrono::hours begins{-1};  // from now
    std::chrono::hours ends{24};
};

// A certificate authority (EC P-256) made at run time. Its certificate lies in a file of its own while it lives.
class test_authority
{
public:
    explicit test_authority(std::string const& name = "sluice test authority");
    ~test_authority();
    test_authority(test_authority const&) = delete;
    test_authority& operator=(test_authority const&) = delete;

    [[nodiscard]] test_identity issue(test_leaf const& leaf = {}) const;
    [[nodiscard]] std::string pem() const;
    [[nodiscard]] std::string const& file() const noexcept { return file_; }  // for ca_file

private:
    std::string name_;
    test_identity self_;
    std::string file_;
};

}  // namespace sluice::test
