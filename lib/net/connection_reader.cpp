#include "net/connection.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/this_coro.hpp>

#include <utility>

namespace sluice::net
{

asio::awaitable<void> connection::read_answers()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    while (!ended_)
    {
        auto const room = parser_.prepare();
        auto const came = co_await stream_->read_some(room);
        if (ended_)
            break;
        if (came.code)
        {
            input_ended(came.code);
            break;
        }
        parser_.commit(came.bytes);
        take_input();
    }
}

void connection::take_input()
{
    auto const now = clock_->steady_now();
    while (!ended_ && parser_.has_input())
    {
        if (!book_.expects_answer())
        {
            why_lost_ = "the server sent something that nobody had asked for";
            return end(ending::lost);
        }
        if (!parser_.begun())
            parser_.begin(book_.next_is_head(), book_.next_max_bytes());
        book_.bytes_came(now, stream_->bytes_moved());
        switch (parser_.parse())
        {
        case answer_parser::progress::needs_input:
            return watch();
        case answer_parser::progress::failed:
            return end(ending::malformed);
        case answer_parser::progress::complete:
            answer_came(now);
        }
    }
}

void connection::answer_came(steady_time now)
{
    auto answer = parser_.take();
    answer.peer = peer_;
    auto const being_written = book_.being_written();
    auto done = book_.answer_complete(now, stream_->bytes_sent());
    if (done.early)
    {
        // The server has seen enough. It may not read the rest of the body, so nothing can follow on this connection,
        // and nothing of what stands behind has left.
        if (done.by && done.by == being_written)
            release({std::move(done.by), std::move(answer)});
        else if (done.by)
            done.by->finish(std::move(answer));
        return end(ending::given_up);
    }
    if (done.by)
        done.by->finish(std::move(answer));
    if (!parser_.keeps_alive())
        return end(ending::announced);
    if (book_.is_empty() && !book_.accepts())
        return end(ending::given_up);
    idle_since_ = now;
    if (book_.is_empty())
        stream_->rest();
    watch();
    keeper_->on_room(*this);
}

void connection::input_ended(error_code ec)
{
    if (ec == asio::error::eof && parser_.end_of_input() == answer_parser::progress::complete)
        return answer_came(clock_->steady_now());
    if (why_lost_.empty())
    {
        bool const closed = ec == asio::error::eof || ec == asio::ssl::error::stream_truncated;
        why_lost_ = closed ? "the server closed the connection" : ec.message();
    }
    end(ending::lost);
}

}  // namespace sluice::net
