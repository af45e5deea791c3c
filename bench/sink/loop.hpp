#pragma once

#include "sink/certificate.hpp"
#include "sink/connection.hpp"

#include <memory>
#include <queue>
#include <unordered_map>
#include <vector>

namespace bench::sink
{

// Serves on one thread until standard input ends.
class loop
{
public:
    // Listens on a port of 127.0.0.1 that the system chooses. Throws when there is none.
    explicit loop(settings const& s);
    ~loop();
    loop(loop const&) = delete;
    loop& operator=(loop const&) = delete;

    [[nodiscard]] unsigned short port() const noexcept { return port_; }

    // Null: no TLS.
    void serve(service& requests_to, SSL_CTX* tls);

private:
    struct client
    {
        std::unique_ptr<connection> talks;
        unsigned waits_for = 0;  // the epoll events
        steady_time wakes_at{};  // the earliest of its timers; in the past: it has none
    };
    struct timer
    {
        steady_time at;
        int socket;
        bool operator>(timer const& other) const noexcept { return at > other.at; }
    };

    void accept_all(service& requests_to, SSL_CTX* tls);
    bool answer_questions(service& about);
    void turn(int socket, steady_time now);
    void let_all_go(steady_time now);
    void wait_for(int socket, client& c, connection::wish const& next, steady_time now);
    std::vector<int> wait();
    void take_due(std::vector<int>& sockets, steady_time now);

    settings const& settings_;
    int listener_ = -1;
    int epoll_ = -1;
    unsigned short port_ = 0;
    std::vector<char> scratch_;
    std::unordered_map<int, client> clients_;
    std::priority_queue<timer, std::vector<timer>, std::greater<>> timers_;
    std::vector<int> at_once_;
};

}  // namespace bench::sink
