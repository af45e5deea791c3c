#pragma once

#include "net/answer_message.hpp"
#include "net/transport.hpp"

#include <boost/beast/core/flat_buffer.hpp>

#include <optional>

namespace sluice::net
{

// Cuts what one connection receives into answers, however it is split. One answer at a time: begin(), then parse()
// after each read until it is complete.
class answer_parser
{
public:
    answer_parser();
    ~answer_parser();

    // Room for the next read. It grows while answers are large, and is small again on an idle connection.
    [[nodiscard]] asio::mutable_buffer prepare();
    void commit(std::size_t bytes);

    // Bytes that no answer has claimed so far.
    [[nodiscard]] bool has_input() const noexcept { return input_.size() != 0; }

    // The next answer belongs to a HEAD, or not, and has at most so many bytes of body.
    void begin(bool head, std::uint64_t max_body);
    [[nodiscard]] bool begun() const noexcept { return answer_.has_value(); }

    enum class progress
    {
        needs_input,
        complete,  // take() it
        failed     // failure() says why; the connection is of no more use
    };
    [[nodiscard]] progress parse();

    // The peer has ended the stream. Complete when the answer has no length of its own and its header was whole.
    [[nodiscard]] progress end_of_input();

    // The answer, once complete; the parser is then ready for the next begin().
    [[nodiscard]] response take();

    // Of the answer taken last: the connection may be used again.
    [[nodiscard]] bool keeps_alive() const noexcept { return keeps_alive_; }

    [[nodiscard]] error const& failure() const noexcept { return failure_; }

private:
    answer_message& message() noexcept;
    progress finish_message();
    progress fail(std::string text,
        char const* advice = "Check that the endpoint speaks HTTP on this port, and that no proxy stands between.");

    boost::beast::flat_buffer input_;
    std::optional<answer_message> answer_;
    std::size_t read_size_;
    bool head_ = false;
    unsigned interim_ = 0;
    bool keeps_alive_ = false;
    bool in_first_line_ = true;  // of the first answer: later bytes may be part of a body, and hold a credential
    std::uint64_t max_body_ = 0;
    error failure_;
};

}  // namespace sluice::net
