#pragma once

#include "base/endpoint.hpp"

#include <sluice/error.hpp>

namespace sluice::net
{

// Takes what the TLS library put into this thread's error queue: the first entry is the cause.
error_code last_tls_error() noexcept;

// Why a handshake with `origin` failed, for people. `code`: of the socket or of the TLS library; verify_result:
// X509_V_OK or what was wrong with the certificate.
error describe_handshake_failure(endpoint const& origin, error_code const& code, long verify_result);

}  // namespace sluice::net
