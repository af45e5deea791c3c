#pragma once

#include "base/endpoint.hpp"
#include "net/header_list.hpp"

#include <sluice/client_config.hpp>
#include <sluice/clock.hpp>
#include <sluice/error.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::net
{

namespace asio = boost::asio;

// The bytes of a request's body, read block by block while they are sent. Its length is known before.
class body_source
{
public:
    virtual ~body_source() = default;

    [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;

    // From the first byte again: called before every attempt.
    virtual void rewind() = 0;

    // The next block, valid until the next call of next() or rewind(); empty at the end. Honours cancellation.
    // Blocks of 64 KiB to 1 MiB serve the batching writer best.
    virtual asio::awaitable<result<asio::const_buffer>> next() = 0;

    // next() has its block at hand and will not wait: then small bodies share a batch with the requests around them,
    // which otherwise leaves before anybody waits for a source.
    [[nodiscard]] virtual bool is_ready() const noexcept { return false; }

    // next() will wait of its own will, to keep to a limit: what is in the batch must not wait with it.
    [[nodiscard]] virtual bool is_held_back() const noexcept { return false; }

    // What is left will take long, however fast the line: a limit that is this body's alone holds it back. Nobody
    // should stand behind it.
    [[nodiscard]] virtual bool is_slow() const noexcept { return false; }

    // All of it is in the batch, and the last block not looked at any more. Not called when the attempt ends earlier.
    virtual void let_go() {}
};

// What the pool may put on one connection together: API calls have a depth of their own, bodies count by bytes too.
enum class lane
{
    call,
    object
};

struct response
{
    int status = 0;
    header_list headers;
    std::string body;

    std::string peer;  // host[:port] that answered, for errors
};

// One HTTP request, as the layers above know it. Lives until send() has completed.
class request
{
public:
    virtual ~request() = default;

    // Appends "METHOD target HTTP/1.1\r\n" and the header fields with their "\r\n", but for Content-Length and
    // the final empty line, which the connection adds. Called for each attempt when a connection is in hand, so that
    // dates, nonces and signatures are fresh and the credentials those of this moment.
    virtual result<void> compose(std::string& head) = 0;

    // Null: an empty body.
    [[nodiscard]] virtual body_source* body() noexcept { return nullptr; }

    // "UploadPart" and the like, for errors and metrics.
    [[nodiscard]] virtual std::string_view operation() const noexcept = 0;

    // "oss://bucket/key", a media id, ...: for errors.
    [[nodiscard]] virtual std::string resource() const { return {}; }

    // Sending it a second time, while it is unknown whether the first arrived, does no harm.
    [[nodiscard]] virtual bool repeatable() const noexcept = 0;

    [[nodiscard]] virtual lane kind() const noexcept { return lane::call; }

    // What goes first where connections are waited for.
    [[nodiscard]] virtual priority urgency() const noexcept { return priority::normal; }

    // Waits for its turn where the origin throttles. What tidies up does not: it has little time, and frees what the
    // service holds.
    [[nodiscard]] virtual bool yields() const noexcept { return true; }

    // A HEAD request has an answer without a body, whatever its Content-Length says.
    [[nodiscard]] virtual bool is_head() const noexcept { return false; }

    // An answer with a longer body is refused: errc::malformed_response.
    [[nodiscard]] virtual std::uint64_t max_answer_bytes() const noexcept { return 8 * mib; }
};

// Sends requests and gives the answers back, whatever their status. The pool is one; tests have others.
// All calls on the client's strand.
class transport
{
public:
    virtual ~transport() = default;

    // One attempt (a dead kept-alive connection is replaced without counting). Per-operation cancellation:
    // terminal, partial, total; then errors with operation_aborted. `until`: steady_time::max() for none.
    // On error, nothing of the request or its body is referenced any more.
    virtual asio::awaitable<result<response>> send(endpoint const& origin, request& what, steady_time until) = 0;
};

}  // namespace sluice::net
