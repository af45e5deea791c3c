#pragma once

#include "net/stream.hpp"
#include "net/wake_signal.hpp"

#include <sluice/upload_options.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice::net::test
{

// The other end of a stream in memory: what a test sees and says in the place of a server.
struct fake_wire
{
    explicit fake_wire(asio::any_io_executor const& ex) : readable(ex), writable(ex) {}

    // The server's side.
    void say(std::string_view bytes)
    {
        incoming += bytes;
        readable.notify();
    }
    void hang_up(error_code how = asio::error::eof)
    {
        read_error = how;
        readable.notify();
    }
    void take_up_to(std::size_t bytes)
    {
        willing = bytes;
        writable.notify();
    }

    std::string sent;                  // what has left the client
    std::vector<std::size_t> flushes;  // the bytes of each
    std::size_t batch_room = 256 * kib;
    std::size_t willing = std::numeric_limits<std::size_t>::max();  // bytes that the server still takes
    error_code read_error;
    error_code write_error;
    bool dead = false;
    bool resumed = false;
    bool closed = false;  // by the client

    std::string batch;
    std::string incoming;
    std::uint64_t moved = 0;
    wake_signal readable;
    wake_signal writable;
};

class fake_stream final : public stream
{
public:
    explicit fake_stream(std::shared_ptr<fake_wire> wire) : wire_(std::move(wire)) {}

    std::size_t put(asio::const_buffer bytes) override
    {
        auto const n = std::min(bytes.size(), wire_->batch_room - wire_->batch.size());
        wire_->batch.append(static_cast<char const*>(bytes.data()), n);
        return n;
    }

    asio::awaitable<error_code> flush() override
    {
        auto const wire = wire_;
        wire->flushes.push_back(wire->batch.size());
        while (!wire->batch.empty())
        {
            if (wire->closed)
                co_return asio::error::operation_aborted;
            if (wire->write_error)
                co_return wire->write_error;
            auto const n = std::min(wire->batch.size(), wire->willing);
            wire->sent += wire->batch.substr(0, n);
            wire->batch.erase(0, n);
            wire->willing -= n;
            wire->moved += n;
            if (!wire->batch.empty())
                co_await wire->writable.wait();
        }
        co_return error_code();
    }

    asio::awaitable<read_result> read_some(asio::mutable_buffer to) override
    {
        auto const wire = wire_;
        while (!wire->closed)
        {
            if (auto const n = asio::buffer_copy(to, asio::buffer(wire->incoming)); n != 0)
            {
                wire->incoming.erase(0, n);
                wire->moved += n;
                co_return read_result{{}, n};
            }
            if (wire->read_error)
                co_return read_result{wire->read_error, 0};
            co_await wire->readable.wait();
        }
        co_return read_result{asio::error::operation_aborted, 0};
    }

    void close() noexcept override
    {
        wire_->closed = true;
        wire_->readable.notify();
        wire_->writable.notify();
    }

    [[nodiscard]] std::uint64_t bytes_sent() const noexcept override { return wire_->sent.size(); }
    [[nodiscard]] std::size_t bytes_queued() const noexcept override { return wire_->batch.size(); }
    [[nodiscard]] std::uint64_t bytes_moved() const noexcept override { return wire_->moved; }
    [[nodiscard]] bool resumed() const noexcept override { return wire_->resumed; }
    [[nodiscard]] bool looks_dead() noexcept override { return wire_->dead; }

private:
    std::shared_ptr<fake_wire> wire_;
};

// Hands out streams in memory, and keeps their other ends for the test.
struct fake_network
{
    explicit fake_network(asio::any_io_executor ex) : executor(std::move(ex)) {}

    asio::any_io_executor executor;
    std::vector<std::shared_ptr<fake_wire>> wires;  // in the order of connecting
    unsigned attempts = 0;
    std::optional<error> refuse;
    bool hold = false;  // connecting takes until release()
    std::size_t willing = std::numeric_limits<std::size_t>::max();
    std::size_t batch_room = 256 * kib;
    std::vector<std::shared_ptr<wake_signal>> held;

    void release()
    {
        hold = false;
        for (auto const& h : held)
            h->notify();
    }
};

class fake_connector final : public connector
{
public:
    explicit fake_connector(std::shared_ptr<fake_network> network) : network_(std::move(network)) {}

    asio::awaitable<result<std::unique_ptr<stream>>> connect(endpoint const&, std::chrono::milliseconds) override
    {
        auto const network = network_;
        ++network->attempts;
        if (network->hold)
        {
            auto const wake = std::make_shared<wake_signal>(network->executor);
            network->held.push_back(wake);
            co_await wake->wait();
            if (!wake->was_notified())
                co_return error(error_code(asio::error::operation_aborted));
        }
        if (network->refuse)
            co_return *network->refuse;
        auto const wire = std::make_shared<fake_wire>(network->executor);
        wire->willing = network->willing;
        wire->batch_room = network->batch_room;
        network->wires.push_back(wire);
        std::unique_ptr<stream> s = std::make_unique<fake_stream>(wire);
        co_return s;
    }

private:
    std::shared_ptr<fake_network> network_;
};

}  // namespace sluice::net::test
