#pragma once

#include "cli/interruption.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <memory>

namespace sluice::cli
{

namespace asio = boost::asio;

// The io_context that the work of a command runs on. A system call that blocks can't be taken back, such as a read from
// a device or from a file whose server is down, and an io_context waits for it, also in its destructor. So that this
// does not hold up the end of the program, what still blocks `patience` after the work is done is left behind, or as
// soon as `hurry` says so.
class work_context
{
public:
    explicit work_context(std::chrono::milliseconds patience = std::chrono::seconds(1),
        bool (*hurry)() noexcept = &interruption::happened);

    asio::io_context& get() noexcept { return context_; }

    // Until the work is done, and what it leaves is done, too, or left behind.
    void run();

    // Inside run(): what is still to do is of no consequence.
    void work_is_done();

    // Whether anything was, in this process. Its threads can't be joined then: it is to end by _Exit().
    static bool left_something() noexcept;

private:
    std::unique_ptr<asio::io_context> owned_;
    asio::io_context& context_;
    std::chrono::milliseconds patience_;
    bool (*hurry_)() noexcept;
    bool is_done_ = false;
};

}  // namespace sluice::cli
