#include "net/tls_error.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace sluice::net
{

namespace asio = boost::asio;

namespace
{

char const* advice_for_certificate(long verify_result) noexcept
{
    switch (verify_result)
    {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return "Check the host name of the endpoint: the certificate is for another one";
    case X509_V_ERR_CERT_NOT_YET_VALID:
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return "Check this machine's clock; if it is right, the server needs a new certificate";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return "If you trust this server, name the PEM file of its authority with ca_file (--ca-file); for the "
               "vendor's own servers install the system's authorities (ca-certificates)";
    default:
        return "Check who answers at this address, or name the PEM file of its authority with ca_file (--ca-file)";
    }
}

bool says_peer_is_not_tls(int reason) noexcept
{
    switch (reason)
    {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
    case SSL_R_BAD_PACKET_LENGTH:
        return true;
    default:
        return false;
    }
}

}  // namespace

error_code last_tls_error() noexcept
{
    auto const code = static_cast<int>(ERR_get_error());
    ERR_clear_error();
    if (code == 0)
        return asio::error::eof;  // the library broke off and did not say why
    return {code, asio::error::get_ssl_category()};
}

error describe_handshake_failure(endpoint const& origin, error_code const& code, long verify_result)
{
    auto const who = origin.host_and_port();
    error e(code);
    e.host = origin.authority();
    if (code.category() != asio::error::get_ssl_category())
    {
        e.message = "the TLS handshake with " + who + " broke off: " + code.message();
        e.recommendation = "Check that this port speaks TLS, and that no firewall or proxy cuts the connection";
        return e;
    }

    auto const reason = ERR_GET_REASON(static_cast<unsigned long>(code.value()));
    if (verify_result != X509_V_OK)
    {
        e.code = errc::untrusted_certificate;
        e.message = "the certificate of " + who + " is not trusted: " + X509_verify_cert_error_string(verify_result);
        e.recommendation = advice_for_certificate(verify_result);
    }
    else if (says_peer_is_not_tls(reason))
    {
        e.message = who + " does not speak TLS: " + code.message();
        e.recommendation = "Check the port; if the server speaks plain HTTP, write http:// in front of the endpoint";
    }
    else
    {
        e.message = "the TLS handshake with " + who + " failed: " + code.message();
        e.recommendation = "The server must speak TLS 1.2 or 1.3 with ECDHE and AES-GCM or ChaCha20";
    }
    return e;
}

}  // namespace sluice::net
