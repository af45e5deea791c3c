#pragma once

#include <cstdint>
#include <semaphore>
#include <string>
#include <thread>

namespace sluice::test
{

// A loopback HTTP server on a thread of its own that answers whatever comes with the same bytes, for programs under
// test. With no bytes it closes at once; when `silent`, it reads and never answers.
class canned_server
{
public:
    explicit canned_server(std::string answer, bool silent = false);
    canned_server(canned_server const&) = delete;
    canned_server& operator=(canned_server const&) = delete;
    ~canned_server();

    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    void wait_for_request();  // until the head of one has come

private:
    void serve();
    void announce();

    std::string answer_;
    bool silent_;
    int listener_ = -1;
    int stop_[2] = {-1, -1};  // a pipe: written to end the thread
    std::uint16_t port_ = 0;
    bool announced_ = false;  // by the thread alone
    std::binary_semaphore requested_{0};
    std::thread thread_;
};

}  // namespace sluice::test
