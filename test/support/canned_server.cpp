#include "support/canned_server.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace sluice::test
{

canned_server::canned_server(std::string answer, bool silent) : answer_(std::move(answer)), silent_(silent)
{
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (listener_ < 0 || ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener_, 64) != 0 || ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
        ::pipe(stop_) != 0)
        throw std::system_error(errno, std::generic_category(), "canned_server");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

canned_server::~canned_server()
{
    ::close(stop_[1]);
    thread_.join();
    ::close(stop_[0]);
    ::close(listener_);
}

void canned_server::wait_for_request()
{
    requested_.acquire();
}

void canned_server::announce()
{
    if (!std::exchange(announced_, true))
        requested_.release();
}

void canned_server::serve()
{
    struct peer
    {
        int socket;
        std::string read;
    };
    std::vector<peer> peers;
    for (;;)
    {
        std::vector<pollfd> all{{stop_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
        for (auto const& p : peers)
            all.push_back({p.socket, POLLIN, 0});
        if (::poll(all.data(), all.size(), -1) < 0 && errno != EINTR)
            break;
        if (all[0].revents != 0)
            break;

        for (std::size_t i = peers.size(); i-- > 0;)
        {
            if (all[i + 2].revents == 0)
                continue;
            std::array<char, 65536> block;
            auto const count = ::recv(peers[i].socket, block.data(), block.size(), 0);
            bool finished = count <= 0;
            if (count > 0)
            {
                peers[i].read.append(block.data(), static_cast<std::size_t>(count));
                bool const complete = peers[i].read.find("\r\n\r\n") != std::string::npos;
                if (complete)
                    announce();
                if (complete && !silent_)
                {
                    (void)::send(peers[i].socket, answer_.data(), answer_.size(), MSG_NOSIGNAL);
                    finished = true;
                }
            }
            if (finished)
            {
                ::close(peers[i].socket);
                peers.erase(peers.begin() + static_cast<std::ptrdiff_t>(i));
            }
        }
        if (all[1].revents != 0)
        {
            if (int const socket = ::accept(listener_, nullptr, nullptr); socket >= 0)
                peers.push_back({socket, {}});
        }
    }
    for (auto const& p : peers)
        ::close(p.socket);
}

}  // namespace sluice::test
