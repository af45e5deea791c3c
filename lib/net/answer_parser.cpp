#include "net/answer_parser.hpp"

#include "base/base64.hpp"

#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <cassert>
#include <cstring>

namespace sluice::net
{

namespace http = boost::beast::http;

namespace
{

constexpr auto max_header_bytes = answer_message::max_header_bytes;
constexpr std::size_t smallest_read = 4 * kib;  // an answer of the API fits; an idle connection holds no more
constexpr std::size_t largest_read = 64 * kib;
constexpr unsigned max_interim_answers = 32;
constexpr std::size_t shortest_secret = 20;  // the rest of another answer, astray on this connection, may be one

// The first line, as far as it can be shown: enough to tell a wrong port or a proxy's page.
std::string printable_start(asio::const_buffer bytes)
{
    constexpr std::size_t shown = 48;
    std::string_view text(static_cast<char const*>(bytes.data()), std::min(bytes.size(), shown));
    text = text.substr(0, text.find_first_of("\r\n"));
    std::string out;
    std::size_t run = 0;
    for (char const c : text)
    {
        out += c >= ' ' && c <= '~' ? c : '.';
        run = is_base64_character(c) ? run + 1 : 0;
        if (run == shortest_secret)
            return out.substr(0, out.size() - run) + "***";
    }
    return out;
}

// Plain HTTP sent to a TLS port: many servers answer with the record of an alert (RFC 8446, 5.1).
bool is_tls_alert(asio::const_buffer bytes) noexcept
{
    constexpr std::string_view record = "\x15\x03";
    std::string_view const text(static_cast<char const*>(bytes.data()), bytes.size());
    return text.starts_with(record);
}

}  // namespace

answer_parser::answer_parser() : read_size_(smallest_read) {}

answer_parser::~answer_parser() = default;

asio::mutable_buffer answer_parser::prepare()
{
    if (input_.size() == 0 && !begun() && input_.capacity() > smallest_read)
    {
        input_.shrink_to_fit();
        read_size_ = smallest_read;
    }
    return input_.prepare(read_size_);
}

void answer_parser::commit(std::size_t bytes)
{
    input_.commit(bytes);
    if (bytes == read_size_)
        read_size_ = std::min(read_size_ * 2, largest_read);
}

void answer_parser::begin(bool head, std::uint64_t max_body)
{
    head_ = head;
    max_body_ = max_body;
    interim_ = 0;
    answer_.emplace(head, max_body);
}

// Between begin() and take().
answer_message& answer_parser::message() noexcept
{
    assert(answer_.has_value());
    return *answer_;
}

answer_parser::progress answer_parser::parse()
{
    while (input_.size() != 0)
    {
        error_code ec;
        auto const start = input_.data();
        if (!message().got_some() && is_tls_alert(start))
            return fail("the answer is a TLS alert: this port speaks TLS, and the request came in plain HTTP",
                "Write https:// in front of the endpoint, or give the port of plain HTTP.");
        auto const used = message().put(start, ec);
        if (ec == http::error::need_more)
            ec = {};
        if (ec == http::error::header_limit)
            return fail("the header of the answer is larger than " + std::to_string(max_header_bytes / kib) + " KiB");
        if (ec == http::error::body_limit)
            return fail("the body of the answer is larger than " + std::to_string(max_body_) + " bytes");
        if (ec)
            return fail("the answer is not HTTP/1.1 (" + ec.message() + ')' +
                        (in_first_line_ ? ": \"" + printable_start(start) + '"' : std::string()));
        input_.consume(used);
        in_first_line_ = in_first_line_ && used == 0;

        if (message().is_done())
        {
            if (message().answer.status / 100 != 1)
                return finish_message();
            if (message().answer.status == 101 || ++interim_ > max_interim_answers)
                return fail("the answer has the status " + std::to_string(message().answer.status) +
                            ", which nobody asked for");
            answer_.emplace(head_, max_body_);
        }
        else if (used == 0)
            break;
    }
    // A chunk's extensions or a trailer without end: Beast waits for the line to be whole.
    if (input_.size() > max_header_bytes)
        return fail("a line of the answer is larger than " + std::to_string(max_header_bytes / kib) + " KiB");
    return progress::needs_input;
}

answer_parser::progress answer_parser::end_of_input()
{
    if (!begun() || !message().is_header_done() || !message().need_eof())
        return progress::needs_input;
    error_code ec;
    message().put_eof(ec);
    return ec ? progress::needs_input : finish_message();
}

answer_parser::progress answer_parser::finish_message()
{
    keeps_alive_ = message().keep_alive();
    return progress::complete;
}

response answer_parser::take()
{
    auto taken = std::move(message().answer);
    answer_.reset();
    return taken;
}

answer_parser::progress answer_parser::fail(std::string text, char const* advice)
{
    failure_ = error(errc::malformed_response, std::move(text));
    failure_.http_status = message().answer.status;
    failure_.recommendation = advice;
    return progress::failed;
}

}  // namespace sluice::net
