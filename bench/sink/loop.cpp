#include "sink/loop.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace bench::sink
{

namespace
{

constexpr std::size_t scratch_size = 256UL * 1024;

[[noreturn]] void fail(char const* what)
{
    throw std::system_error(errno, std::generic_category(), what);
}

timespec to_timespec(std::chrono::nanoseconds t) noexcept
{
    auto const whole = std::chrono::floor<std::chrono::seconds>(t);
    return {whole.count(), (t - whole).count()};
}

}  // namespace

loop::loop(settings const& s) : settings_(s), scratch_(scratch_size)
{
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (listener_ < 0 || epoll_ < 0 || ::bind(listener_, generic, size) != 0 || ::listen(listener_, 4096) != 0 ||
        ::getsockname(listener_, generic, &size) != 0)
        fail("no port to listen on");
    port_ = ntohs(address.sin_port);
    for (int const readable : {listener_, STDIN_FILENO})
    {
        epoll_event event{.events = EPOLLIN, .data = {.fd = readable}};
        if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, readable, &event) != 0)
            fail("standard input must be a pipe or a terminal");
    }
}

loop::~loop()
{
    ::close(listener_);
    ::close(epoll_);
}

void loop::serve(service& requests_to, SSL_CTX* tls)
{
    for (;;)
    {
        auto ready = wait();
        auto const now = std::chrono::steady_clock::now();
        take_due(ready, now);
        for (int const socket : ready)
        {
            if (socket == listener_)
                accept_all(requests_to, tls);
            else if (socket != STDIN_FILENO)
                turn(socket, now);
            else if (!answer_questions(requests_to))
                return;
        }
        if (requests_to.lets_go())
            let_all_go(now);
    }
}

std::vector<int> loop::wait()
{
    timespec timeout{};
    timespec* limit = nullptr;
    if (!at_once_.empty())
        limit = &timeout;
    else if (!timers_.empty())
    {
        auto const left = timers_.top().at - std::chrono::steady_clock::now();
        timeout = to_timespec(std::max<std::chrono::nanoseconds>(left, std::chrono::nanoseconds(0)));
        limit = &timeout;
    }
    std::array<epoll_event, 256> events{};
    auto const count = ::epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), limit, nullptr);
    std::vector<int> ready(static_cast<std::size_t>(std::max(count, 0)));
    std::transform(
        events.begin(), events.begin() + ready.size(), ready.begin(), [](epoll_event const& e) { return e.data.fd; });
    return ready;
}

// Adds those whose time has come, and those who had more to do.
void loop::take_due(std::vector<int>& sockets, steady_time now)
{
    for (; !timers_.empty() && timers_.top().at <= now; timers_.pop())
    {
        auto const due = timers_.top();
        auto const who = clients_.find(due.socket);
        if (who != clients_.end() && who->second.wakes_at == due.at)
            sockets.push_back(due.socket);
    }
    sockets.insert(sockets.end(), at_once_.begin(), at_once_.end());
    at_once_.clear();
    std::ranges::sort(sockets);
    auto const twice = std::ranges::unique(sockets);
    sockets.erase(twice.begin(), twice.end());
}

void loop::accept_all(service& requests_to, SSL_CTX* tls)
{
    for (;;)
    {
        int const socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (socket < 0)
            return;
        int const on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        session_ptr session(tls != nullptr ? SSL_new(tls) : nullptr);
        clients_[socket] = {
            std::make_unique<connection>(socket, std::move(session), settings_, requests_to, scratch_), EPOLLIN, {}};
        epoll_event event{.events = EPOLLIN, .data = {.fd = socket}};
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
    }
}

// One line of counts for each line read. False at the end of standard input.
bool loop::answer_questions(service& about)
{
    std::array<char, 256> text{};
    auto const size = ::read(STDIN_FILENO, text.data(), text.size());
    if (size <= 0)
        return false;
    auto const questions = std::count(text.begin(), text.begin() + size, '\n');
    for (auto i = questions; i > 0; --i)
        std::printf("%s\n", to_json(std::exchange(about.since_asked(), {})).c_str());
    std::fflush(stdout);
    return true;
}

void loop::turn(int socket, steady_time now)
{
    auto const who = clients_.find(socket);
    if (who == clients_.end())
        return;
    auto const next = who->second.talks->turn(now);
    if (next.closed)
        clients_.erase(who);
    else
        wait_for(socket, who->second, next, now);
}

void loop::let_all_go(steady_time now)
{
    for (auto const& [socket, c] : clients_)
    {
        c.talks->let_go(now);
        at_once_.push_back(socket);
    }
}

void loop::wait_for(int socket, client& c, connection::wish const& next, steady_time now)
{
    auto const wanted = (next.readable ? std::uint32_t{EPOLLIN} : 0U) | (next.writable ? std::uint32_t{EPOLLOUT} : 0U);
    if (wanted != c.waits_for)
    {
        epoll_event event{.events = wanted, .data = {.fd = socket}};
        ::epoll_ctl(epoll_, EPOLL_CTL_MOD, socket, &event);
        c.waits_for = wanted;
    }
    if (next.at_once)
        at_once_.push_back(socket);
    if (next.at && (c.wakes_at <= now || *next.at < c.wakes_at))
    {
        c.wakes_at = *next.at;
        timers_.push({*next.at, socket});
    }
}

}  // namespace bench::sink
