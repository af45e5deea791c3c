#include "workers/blocking_stream.hpp"

#include "base/text.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

namespace bench
{

namespace
{

void need(bool done, char const* what)
{
    if (done)
        return;
    std::perror(what);
    std::exit(1);
}

constexpr std::string_view end_of_head = "\r\n\r\n";

// As the sink spells the field.
std::size_t content_length(std::string_view head)
{
    constexpr std::string_view name = "\r\nContent-Length: ";
    auto const begin = head.find(name) + name.size();
    auto const length = sluice::parse_number<std::size_t>(head.substr(begin, head.find('\r', begin) - begin));
    need(length.has_value(), "Content-Length");
    return length.value_or(0);
}

int connect_to(std::string const& origin)
{
    auto const port = sluice::parse_number<std::uint16_t>(std::string_view(origin).substr(origin.rfind(':') + 1));
    need(port.has_value(), "--origin needs a port");
    auto const number = port.value_or(0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(number);
    int const socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int const on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    need(::connect(socket, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0, "connect");
    return socket;
}

}  // namespace

tls_context make_client_context(std::string const& ca_file)
{
    tls_context made(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_verify(made.get(), SSL_VERIFY_PEER, nullptr);
    need(SSL_CTX_load_verify_file(made.get(), ca_file.c_str()) == 1, "--ca");
    return made;
}

blocking_stream::blocking_stream(std::string const& origin, std::string const& ca_file) : socket_(connect_to(origin))
{
    if (!origin.starts_with("https:"))
        return;
    context_ = make_client_context(ca_file);
    tls_.reset(SSL_new(context_.get()));
    shake_hands();
}

blocking_stream::blocking_stream(std::string const& origin, SSL_CTX* tls, session_keeper const& sessions)
    : socket_(connect_to(origin)), tls_(SSL_new(tls))
{
    sessions.offer_to(tls_.get());
    shake_hands();
}

blocking_stream::~blocking_stream()
{
    // Or OpenSSL would take the session for a broken one.
    if (tls_)
        SSL_set_shutdown(tls_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    ::close(socket_);
}

void blocking_stream::shake_hands()
{
    SSL_set_fd(tls_.get(), socket_);
    need(SSL_connect(tls_.get()) == 1, "TLS handshake");
}

void blocking_stream::write(std::string_view bytes, std::size_t chunk)
{
    while (!bytes.empty())
        write_some(bytes, std::min(chunk, bytes.size()));
}

void blocking_stream::write_some(std::string_view& bytes, std::size_t chunk)
{
    auto const sent = tls_ ? ::SSL_write(tls_.get(), bytes.data(), static_cast<int>(chunk))
                           : ::send(socket_, bytes.data(), chunk, MSG_NOSIGNAL);
    need(sent > 0, "write");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
}

std::size_t blocking_stream::read_answer()
{
    std::string answer;
    while (answer.find(end_of_head) == std::string::npos)
    {
        std::array<char, 4096> some{};
        answer.append(some.data(), read_some(some.data(), some.size()));
    }
    auto const head = answer.find(end_of_head) + end_of_head.size();
    auto const whole = head + content_length(std::string_view(answer).substr(0, head));
    skip(whole - answer.size());
    return answer.starts_with("HTTP/1.1 200 ") ? whole : 0;
}

void blocking_stream::skip(std::size_t bytes)
{
    std::array<char, 16UL * 1024> some{};
    while (bytes > 0)
        bytes -= read_some(some.data(), std::min(bytes, some.size()));
}

std::size_t blocking_stream::read_some(char* to, std::size_t size)
{
    auto const got = tls_ ? ::SSL_read(tls_.get(), to, static_cast<int>(size)) : ::recv(socket_, to, size, 0);
    need(got > 0, "read");
    return static_cast<std::size_t>(got);
}

}  // namespace bench
