#pragma once

#include <sluice/stream_source.hpp>

#include <memory>

namespace sluice::cli
{

// Standard input to its end. That whoever writes to it failed can't be told from its end. What the reactor can wait
// for, such as a pipe, a socket or a terminal, it waits for; the rest, such as a regular file, is read on another
// thread.
// Must not outlive the execution context of the upload that reads it.
class standard_input final : public stream_source
{
public:
    standard_input();
    ~standard_input() override;

    [[nodiscard]] std::string name() const override;
    asio::awaitable<result<std::size_t>> read_some(asio::mutable_buffer to) override;

private:
    class reader;
    class polled_reader;
    class blocking_reader;

    std::unique_ptr<reader> reader_;
};

}  // namespace sluice::cli
