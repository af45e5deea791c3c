#include "base/crc64.hpp"
#include "run.hpp"
#include "support/patterned.hpp"
#include "support/temporary_path.hpp"
#include "upload/part_body.hpp"

#include <boost/asio/thread_pool.hpp>
#include <doctest/doctest.h>

#include <span>
#include <stdexcept>

using namespace sluice;
using namespace sluice::test;
using sluice::upload::part_body;
using sluice::upload::progress_meter;

namespace
{

std::uint64_t crc64_of(std::string_view text)
{
    return crc64(0, std::as_bytes(std::span(text.data(), text.size())));
}

// Not in memory as far as anyone can see: read_at() must be used.
class copying_source : public source
{
public:
    explicit copying_source(std::string content) : content_(std::move(content)) {}

    [[nodiscard]] std::string name() const override { return "copies"; }
    result<std::uint64_t> open() override { return std::uint64_t{content_.size()}; }
    asio::awaitable<result<std::size_t>> read_at(
        std::uint64_t offset, asio::mutable_buffer to, asio::any_io_executor) override
    {
        if (throws)
            throw std::runtime_error("the tape is torn");
        co_return asio::buffer_copy(to, asio::buffer(content_) + static_cast<std::size_t>(offset));
    }
    result<void> verify_unchanged() override
    {
        ++verified;
        return verdict;
    }

    bool throws = false;
    int verified = 0;
    result<void> verdict;

private:
    std::string content_;
};

struct sender
{
    asio::io_context context;
    asio::thread_pool blocking{1};
    std::shared_ptr<upload::memory_budget> memory =
        upload::memory_budget::make(context.get_executor(), system_clock(), mib);
    upload_progress seen{};
    std::shared_ptr<sluice::clock> time = system_clock();
    progress_meter meter{*time,
        {.function = [](void* to, upload_progress const& p) { *static_cast<upload_progress*>(to) = p; },
            .argument = &seen},
        nullptr, 1'000'000, 3};

    upload::bandwidth_limit no_limit;
    upload::bandwidth_gate open_gate{*system_clock(), no_limit, no_limit};

    part_body body_of(
        source& from, std::uint64_t offset, std::uint64_t size, part_body::ending at_end = part_body::ending::plain)
    {
        return part_body(from, {offset, size}, blocking.get_executor(), *memory, meter, open_gate, at_end);
    }

    // Everything that next() gives until the end, or the first `at_most` blocks of it.
    result<std::string> drain(part_body& body, int at_most = 1000)
    {
        std::string all;
        while (at_most-- > 0)
        {
            auto block = run(context, body.next());
            if (!block)
                return block.error();
            if (block->size() == 0)
                break;
            CHECK(block->size() <= part_body::block_size);
            all.append(static_cast<char const*>(block->data()), block->size());
        }
        return all;
    }
};

}  // namespace

TEST_CASE("a body is its range of the source, in blocks, with its CRC-64")
{
    auto const content = patterned(1'000'000);
    struct row
    {
        std::uint64_t offset, size;
    };
    static constexpr row rows[] = {{0, 0}, {0, 1}, {5, part_body::block_size}, {5, part_body::block_size + 1},
        {999'999, 1}, {0, 1'000'000}, {123'456, 654'321}};
    memory_source in_memory(asio::buffer(content));
    copying_source copied(content);
    for (source* from : {static_cast<source*>(&in_memory), static_cast<source*>(&copied)})
        for (auto const& r : rows)
        {
            CAPTURE(from->name());
            CAPTURE(r.offset);
            CAPTURE(r.size);
            sender s;
            auto body = s.body_of(*from, r.offset, r.size);
            body.rewind();
            CHECK(body.size() == r.size);
            auto const wanted = content.substr(r.offset, r.size);
            CHECK(s.drain(body).value() == wanted);
            CHECK(body.finished());
            CHECK(body.crc64() == crc64_of(wanted));
            CHECK(s.seen.bytes_sent == r.size);
        }
}

TEST_CASE("memory is handed out where it lies")
{
    auto const content = patterned(500'000);
    memory_source from(asio::buffer(content));
    sender s;
    auto body = s.body_of(from, 1'000, 400'000);
    auto const block = run(s.context, body.next());
    CHECK(block->data() == content.data() + 1'000);
}

TEST_CASE("rewinding begins anew and takes the lost bytes out of the progress")
{
    auto const content = patterned(800'000);
    copying_source from(content);
    sender s;
    auto body = s.body_of(from, 0, 800'000);
    body.rewind();
    CHECK(s.drain(body, 2).value().size() == 2 * part_body::block_size);
    CHECK_FALSE(body.finished());
    CHECK(s.seen.bytes_sent == 2 * part_body::block_size);

    body.rewind();
    CHECK(s.drain(body).value() == content);
    CHECK(body.crc64() == crc64_of(content));
    CHECK(s.seen.bytes_sent == 800'000);

    auto next = s.body_of(from, 100, 50);  // what was sent before stays sent
    next.rewind();
    CHECK(s.drain(next).value() == content.substr(100, 50));
    CHECK(next.crc64() == crc64_of(content.substr(100, 50)));
    CHECK(s.seen.bytes_sent == 800'050);
}

TEST_CASE("a body holds a block of memory while it is sent, and neither before nor after")
{
    copying_source from("abc");
    sender s;
    {
        auto body = s.body_of(from, 0, 3);
        auto other = s.body_of(from, 0, 3);
        body.rewind();
        CHECK(s.drain(body).value() == "abc");
        CHECK(s.memory->in_use() == part_body::block_size);
        body.let_go();
        CHECK(s.memory->in_use() == 0);
        other.rewind();
        CHECK(s.drain(other).value() == "abc");
        CHECK(s.memory->in_use() == part_body::block_size);
    }
    CHECK(s.memory->in_use() == 0);
    CHECK(s.memory->unused() == 1);
}

TEST_CASE("who waits for a body to be sent is told each time")
{
    memory_source from(asio::buffer("abc", 3));
    sender s;
    auto body = s.body_of(from, 0, 3);
    int told = 0;
    body.when_sent([&told] { ++told; });
    body.rewind();
    CHECK(s.drain(body).value() == "abc");
    CHECK(told == 0);
    body.let_go();
    CHECK(told == 1);
}

TEST_CASE("a source that ends early is an error that says where")
{
    copying_source from(std::string(300'000, 'x'));
    sender s;
    auto body = s.body_of(from, 0, 400'000);
    auto const sent = s.drain(body);
    REQUIRE(sent.has_error());
    CHECK(sent.error().code == errc::source_changed);
    CHECK(sent.error().message.find("300000 bytes") != std::string::npos);
    CHECK(sent.error().resource == "copies");
}

TEST_CASE("what a source throws becomes an error")
{
    copying_source from("abc");
    from.throws = true;
    sender s;
    auto body = s.body_of(from, 0, 3);
    auto const sent = s.drain(body);
    REQUIRE(sent.has_error());
    CHECK(sent.error().code == errc::source_failed);
    CHECK(sent.error().message.find("the tape is torn") != std::string::npos);
}

TEST_CASE("the last block of a put is held back until the source was found unchanged")
{
    copying_source from(std::string(300'000, 'x'));
    sender s;
    auto body = s.body_of(from, 0, 300'000, part_body::ending::verify_source);
    CHECK(s.drain(body, 1).value().size() == part_body::block_size);
    CHECK(from.verified == 0);
    from.verdict = error(errc::source_changed, "it changed");
    auto const rest = s.drain(body);
    CHECK(from.verified == 1);
    REQUIRE(rest.has_error());
    CHECK(rest.error().code == errc::source_changed);
    CHECK_FALSE(body.finished());
}
