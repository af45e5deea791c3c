#include "net/connection.hpp"
#include "net/failure.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>

#include <utility>

namespace sluice::net
{

namespace
{

// GET, HEAD and DELETE have no body unless one is given; of all other methods servers want to know that it is empty.
bool says_length_when_empty(std::string_view head) noexcept
{
    return !head.starts_with("GET ") && !head.starts_with("HEAD ") && !head.starts_with("DELETE ");
}

// The peer has closed its side: what it said before can still be read.
bool peer_has_gone(error_code const& ec) noexcept
{
    return ec == asio::error::broken_pipe || ec == asio::error::connection_reset ||
           ec == asio::error::connection_aborted || ec == asio::error::eof;
}

}  // namespace

asio::awaitable<void> connection::write_requests()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    while (!ended_ && !write_error_)
    {
        if (auto x = book_.begin_writing(clock_->steady_now()))
            co_await write(std::move(x));
        else if (batched_ != 0)
            co_await flush();
        else
        {
            co_await work_.wait();
            static_cast<void>(work_.was_notified());
        }
    }
}

asio::awaitable<void> connection::write(std::shared_ptr<exchange> x)
{
    auto const composed = compose(x->what(), x->body_bytes);  // as late as can be: dates and credentials of this moment
    if (!composed)
    {
        book_.drop_writing();
        x->finish(composed.error());
        keeper_->on_room(*this);
        co_return;
    }
    co_await put(x, asio::buffer(head_));
    if (x->body_bytes != 0 && goes_on(*x))
        co_await write_body(x);
    if (!goes_on(*x))
        co_return;
    book_.end_writing(stream_->bytes_sent() + stream_->bytes_queued());
    request_in_batch_ = batched_ != 0;
    if (x->body_bytes != 0)
        x->what().body()->let_go();
    if (std::exchange(was_slow_, false))
        keeper_->on_room(*this);  // for those who would not stand behind it
}

result<void> connection::compose(request& what, std::uint64_t body_bytes)
{
    head_.clear();
    if (auto composed = what.compose(head_); !composed)
        return composed;
    if (body_bytes != 0)
        what.body()->rewind();
    if (body_bytes != 0 || says_length_when_empty(head_))
        head_.append("Content-Length: ").append(std::to_string(body_bytes)).append("\r\n");
    head_ += "\r\n";
    return {};
}

bool connection::goes_on(exchange const& x) const noexcept
{
    return !ended_ && !write_error_ && book_.is_writing(x);
}

asio::awaitable<void> connection::write_body(std::shared_ptr<exchange> x)
{
    auto& body = *x->what().body();
    was_slow_ = false;
    for (auto left = x->body_bytes; left != 0;)
    {
        was_slow_ = was_slow_ || body.is_slow();
        // No request waits in the batch for the source of another, and nothing for one that takes its time.
        if ((request_in_batch_ && !body.is_ready()) || (batched_ != 0 && body.is_held_back()))
        {
            co_await flush();
            if (!goes_on(*x))
                co_return;
        }

        book_.source_asked();
        in_source_ = true;
        auto const block = co_await body.next();
        in_source_ = false;
        book_.source_answered(clock_->steady_now());
        if (!goes_on(*x))
        {
            // The cancellation was for the source alone: what is in the batch still goes out.
            co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
            source_left();
            co_return;
        }

        if (!block)
            co_return fail_body(*x, block.error());
        if (block->size() == 0 || block->size() > left)
            co_return fail_body(*x, body_length_wrong(x->body_bytes, block->size() != 0));
        left -= block->size();
        co_await put(x, *block);
        if (!goes_on(*x))
            co_return;
    }
}

// `bytes` belong to the request, and are not looked at any more once its caller may have left.
asio::awaitable<void> connection::put(std::shared_ptr<exchange> x, asio::const_buffer bytes)
{
    for (;;)
    {
        auto const taken = stream_->put(bytes);
        batched_ += taken;
        keeper_->on_sent(taken);
        bytes += taken;
        if (bytes.size() == 0)
            co_return;
        co_await flush();
        if (!goes_on(*x))
            co_return;
    }
}

asio::awaitable<void> connection::flush()
{
    book_.flush_begins(clock_->steady_now());
    watch();
    auto const ec = co_await stream_->flush();
    batched_ = 0;
    request_in_batch_ = false;
    if (ended_)
        co_return;
    if (ec)
        co_return writing_failed(ec);
    book_.flush_ended(clock_->steady_now());
    watch();
}

void connection::writing_failed(error_code ec)
{
    write_error_ = ec;
    why_lost_ = ec.message();
    // Why the peer went away may be in an answer that lies ready; the reader comes to the end of it by itself.
    if (!peer_has_gone(ec))
        end(ending::lost);
}

void connection::fail_body(exchange& x, error why)
{
    book_.drop_writing();
    x.finish(std::move(why));
    drain();
}

}  // namespace sluice::net
