#pragma once

#include "emulator/answer_text.hpp"
#include "emulator/front_context.hpp"
#include "emulator/message.hpp"

#include <memory>
#include <string>

namespace sluice::emulator
{

// What a connection is to do once an answer has been dealt with.
enum class after_answer
{
    go_on,
    close,
    reset,
    keep_silent
};

// One request and its answer. No sockets in here.
class exchange
{
public:
    // Begins the operation and asks the hook what to do to it. unanswered: requests of the connection, this included.
    exchange(
        front_context& context, request_head head, service_kind of_port, std::uint64_t connection, unsigned unanswered);
    // What came is no HTTP: the answer says so.
    exchange(front_context& context, service_kind of_port, bool tls, std::uint64_t connection, unsigned unanswered,
        std::string_view failure);

    [[nodiscard]] fault::kind injected() const noexcept { return fault_.what; }
    // Where the body goes; null when it is to be thrown away.
    [[nodiscard]] operation* sink() const noexcept { return is_performed() ? operation_.get() : nullptr; }

    void body_complete(std::uint64_t size);
    void refuse(std::string_view failure);  // the body is no HTTP
    // The rest of the body does not come: what came of it is dropped. stalled: else the client ended it.
    void body_incomplete(std::uint64_t size, bool stalled);

    // The bytes that leave, and what follows.
    struct wire_answer
    {
        std::string head;
        std::string body;
        after_answer then = after_answer::go_on;
    };
    wire_answer take_answer();
    void log(bool answered) const;

    // How far it has come: kept by the connection.
    bool keep_alive = true;
    bool wants_continue = false;
    bool complete = false;  // the answer is known
    steady_time ready{};    // when the answer may leave

private:
    [[nodiscard]] bool is_performed() const noexcept;
    [[nodiscard]] reply ordered_answer() const;
    void count_body(std::uint64_t size);
    void end_with(std::string code, std::string_view message);

    front_context& context_;
    request_head head_;
    service_kind kind_;
    std::unique_ptr<operation> operation_;
    fault fault_;
    reply reply_;
    std::uint64_t number_;
    std::uint64_t connection_;
    unsigned in_flight_;
    std::uint64_t bytes_in_ = 0;
    steady_time began_;
};

}  // namespace sluice::emulator
