#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace bench::sink
{

struct free_session
{
    void operator()(SSL* s) const noexcept { SSL_free(s); }
};
using session_ptr = std::unique_ptr<SSL, free_session>;

// A socket that never blocks, with TLS or without.
class wire
{
public:
    enum class outcome
    {
        done,
        blocked,
        closed
    };

    struct moved
    {
        outcome how = outcome::closed;
        std::size_t bytes = 0;
    };

    // Owns the socket. Null: no TLS.
    wire(int socket, session_ptr tls);
    wire(wire const&) = delete;
    wire& operator=(wire const&) = delete;
    ~wire();

    // blocked: call again when the socket is ready for what wants_write() says.
    outcome handshake();
    moved read(std::span<char> to);
    moved write(std::string_view bytes);

    [[nodiscard]] bool wants_write() const noexcept { return wants_write_; }
    [[nodiscard]] bool resumed() const noexcept;

    // How many bytes must have arrived before the socket counts as readable.
    void set_low_water(int bytes);

private:
    outcome outcome_of(int returned);

    int socket_;
    session_ptr tls_;
    bool wants_write_ = false;
    int low_water_ = 1;
};

}  // namespace bench::sink
