#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace bench::sink
{

struct free_context
{
    void operator()(SSL_CTX* c) const noexcept { SSL_CTX_free(c); }
};
using context_ptr = std::unique_ptr<SSL_CTX, free_context>;

// TLS for a server on 127.0.0.1 and localhost, with a certificate made on the spot that is its own authority.
// Its PEM text, for clients to trust, goes to the file named. Throws when OpenSSL refuses.
// Without tickets no session of it can be resumed.
context_ptr make_server_context(std::string const& pem_file, bool tickets);

}  // namespace bench::sink
