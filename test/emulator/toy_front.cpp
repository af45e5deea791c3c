#include "toy_front.hpp"

#include "base/utc_time.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_static_buffer.hpp>
#include <boost/beast/http.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>

namespace sluice::test
{

namespace
{

constexpr auto as_codes = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds patience{20};

class toy_operation final : public emulator::operation
{
public:
    toy_operation(emulator::request_head const& head, toy_service& owner, std::string const& service_name)
        : owner_(owner), head_(head)
    {
        service = service_name;
        name = "Echo";
        bucket = "bucket";
        key = head.target;
    }

    void consume(std::span<std::byte const> block) override
    {
        owner_.largest_block = std::max(owner_.largest_block, block.size());
        body_.append(reinterpret_cast<char const*>(block.data()), block.size());
    }

    emulator::reply finish() override
    {
        ++owner_.finished;
        emulator::reply r;
        r.fields = {{"x-toy", service}, {"x-oss-request-id", "ID-1"}};
        r.body = service + head_.target + ":" + body_;
        if (head_.method == "HEAD")
            r.stated_length = 99;
        if (head_.target == "/missing")
        {
            r.status = 404;
            r.code = "NoSuchKey";
        }
        if (head_.target == "/nothing")
            r.status = 204;
        if (head_.target == "/injected-field")
            r.fields.emplace_back("x-echo", "a\r\nSet-Cookie: b");
        return r;
    }

private:
    toy_service& owner_;
    emulator::request_head const& head_;
    std::string body_;
};

asio::awaitable<void> converse(toy_front& front, std::string bytes, std::size_t count, std::vector<answer>& answers)
{
    auto socket = co_await front.connect();
    [[maybe_unused]] auto const [failure, size] = co_await asio::async_write(socket, asio::buffer(bytes), as_codes);
    std::string rest;
    while (answers.size() < count)
    {
        auto next = co_await read_answer(socket, rest);
        if (next.status == 0)
            co_return;
        answers.push_back(std::move(next));
    }
}

asio::awaitable<void> read_until_end(toy_front& front, std::string bytes, std::string& out, error_code& end)
{
    auto socket = co_await front.connect();
    [[maybe_unused]] auto const [failure, size] = co_await asio::async_write(socket, asio::buffer(bytes), as_codes);
    auto const [stop, taken] = co_await asio::async_read(socket, asio::dynamic_buffer(out), as_codes);
    end = stop;
}

}  // namespace

std::unique_ptr<emulator::operation> toy_service::begin(emulator::request_head const& head)
{
    return std::make_unique<toy_operation>(head, *this, name_);
}

toy_front::toy_front() : clock(std::make_shared<manual_clock>(*parse_iso8601("2026-03-30T08:05:30Z"))) {}

toy_front::~toy_front()
{
    if (front)
        asio::post(io, [this] { front->stop(); });
    io.restart();
    io.run_for(patience);  // what runs ends; a connection that doesn't would show as a slow test and as a leak
}

void toy_front::start()
{
    context->time = clock;
    context->random = std::make_shared<counting_random>();
    context->hooks = std::make_shared<emulator::hook_gate>(
        [this](std::string const& line) { log.push_back(line); }, on_request, faults);
    context->ims = ims;
    context->oss = oss;
    front = std::make_shared<emulator::front>(asio::make_strand(io), context);
    port = front->listen(0, emulator::service_kind::oss, nullptr).value();
    front->serve();
}

void toy_front::run(asio::awaitable<void> work)
{
    bool done = false;
    std::exception_ptr thrown;
    asio::co_spawn(io, std::move(work), [&](std::exception_ptr const& e) {
        done = true;
        thrown = e;
    });
    auto const until = std::chrono::steady_clock::now() + patience;
    io.restart();
    while (!done && std::chrono::steady_clock::now() < until)
        io.run_one_until(until);
    REQUIRE_MESSAGE(done, "the server kept silent");
    if (thrown)
        std::rethrow_exception(thrown);
}

asio::awaitable<asio::ip::tcp::socket> toy_front::connect()
{
    asio::ip::tcp::socket socket(io);
    co_await socket.async_connect({asio::ip::address_v4::loopback(), port}, asio::use_awaitable);
    co_return socket;
}

std::vector<answer> toy_front::talk(std::string bytes, std::size_t answers)
{
    std::vector<answer> out;
    run(converse(*this, std::move(bytes), answers, out));
    return out;
}

std::string toy_front::talk_raw(std::string bytes, error_code* end)
{
    std::string out;
    error_code stop;
    run(read_until_end(*this, std::move(bytes), out, stop));
    if (end != nullptr)
        *end = stop;
    return out;
}

asio::awaitable<answer> read_answer(asio::ip::tcp::socket& socket, std::string& rest, bool to_head)
{
    namespace http = boost::beast::http;
    http::response_parser<http::string_body> parser;
    parser.eager(true);
    parser.skip(to_head);
    answer a;
    while (!parser.is_done())
    {
        error_code failure;
        rest.erase(0, parser.put(asio::buffer(rest), failure));
        if (failure && failure != http::error::need_more)
            co_return a;
        if (parser.is_done())
            break;
        std::array<char, 4096> block;
        auto const [end, size] = co_await socket.async_read_some(asio::buffer(block), as_codes);
        if (end)
            co_return a;
        rest.append(block.data(), size);
    }
    a.status = static_cast<int>(parser.get().result_int());
    a.body = parser.get().body();
    for (auto const& field : parser.get())
        a.fields += std::string(field.name_string()) + ": " + std::string(field.value()) + "\n";
    co_return a;
}

}  // namespace sluice::test
