#pragma once

#include "workers/session_keeper.hpp"

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace bench
{

struct free_tls_context
{
    void operator()(SSL_CTX* c) const noexcept { SSL_CTX_free(c); }
};
using tls_context = std::unique_ptr<SSL_CTX, free_tls_context>;

// Trusts the file's authority and nobody else.
tls_context make_client_context(std::string const& ca_file);

// The least that sends bytes: a blocking socket, and OpenSSL straight on it. What it costs is the limit for others.
// Whatever fails ends the process.
class blocking_stream
{
public:
    // origin: http[s]://127.0.0.1:PORT
    blocking_stream(std::string const& origin, std::string const& ca_file);
    // For many with one context. `sessions` are offered to the server.
    blocking_stream(std::string const& origin, SSL_CTX* tls, session_keeper const& sessions);
    blocking_stream(blocking_stream const&) = delete;
    blocking_stream& operator=(blocking_stream const&) = delete;
    ~blocking_stream();

    [[nodiscard]] bool secure() const noexcept { return tls_ != nullptr; }
    [[nodiscard]] bool resumed() const noexcept { return tls_ && SSL_session_reused(tls_.get()) == 1; }

    // All of it: records of at most 16 KiB each with its own system call with TLS, `chunk` bytes a call without.
    void write(std::string_view bytes, std::size_t chunk);

    // One answer with its body, when nothing comes after it. Returns its size; 0: its status is not 200.
    std::size_t read_answer();

    // Reads so many bytes, whatever they are.
    void skip(std::size_t bytes);

private:
    void shake_hands();
    void write_some(std::string_view& bytes, std::size_t chunk);
    std::size_t read_some(char* to, std::size_t size);

    struct free_tls
    {
        void operator()(SSL* s) const noexcept { SSL_free(s); }
    };
    int socket_ = -1;
    tls_context context_;
    std::unique_ptr<SSL, free_tls> tls_;
};

}  // namespace bench
