#pragma once

#include "emulator/front.hpp"
#include "signed_call.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::test
{

namespace asio = boost::asio;

// Answers with the body that came; 404 to /missing; the length of 99 bytes to HEAD.
class toy_service final : public emulator::service
{
public:
    explicit toy_service(std::string n) : name_(std::move(n)) {}
    std::unique_ptr<emulator::operation> begin(emulator::request_head const& head) override;

    unsigned finished = 0;
    std::size_t largest_block = 0;  // bytes

private:
    std::string name_;
};

struct answer
{
    int status = 0;
    std::string body;
    std::string fields;  // all, a line each

    friend bool operator==(answer const&, answer const&) = default;
};

// A front with toy services on loopback, and clients that talk to it on the same thread.
class toy_front
{
public:
    toy_front();
    ~toy_front();
    toy_front(toy_front const&) = delete;
    toy_front& operator=(toy_front const&) = delete;

    void start();  // after latency and hooks have been set

    // Runs the loop until `work` has ended. Fails the test when that takes longer than 20 s.
    void run(asio::awaitable<void> work);

    // Sends the bytes over a new connection and reads this many answers, or all until the end.
    std::vector<answer> talk(std::string bytes, std::size_t answers = 1);
    // Sends the bytes and gives all that comes until the end, and how it ended.
    std::string talk_raw(std::string bytes, error_code* end = nullptr);

    asio::awaitable<asio::ip::tcp::socket> connect();

    asio::io_context io;
    std::shared_ptr<manual_clock> clock;
    std::shared_ptr<emulator::front_context> context = std::make_shared<emulator::front_context>();
    std::shared_ptr<toy_service> ims = std::make_shared<toy_service>("ims");
    std::shared_ptr<toy_service> oss = std::make_shared<toy_service>("oss");
    std::shared_ptr<emulator::front> front;
    std::function<emulator::fault(emulator::request_event const&)> on_request;
    std::vector<emulator::fault_rule> faults;
    std::vector<std::string> log;
    std::uint16_t port = 0;  // of OSS, plain
};

asio::awaitable<answer> read_answer(asio::ip::tcp::socket& socket, std::string& rest, bool to_head = false);

}  // namespace sluice::test
