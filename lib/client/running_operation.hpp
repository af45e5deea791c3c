#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <boost/intrusive/list.hpp>

#include <memory>
#include <utility>

namespace sluice
{

namespace asio = boost::asio;

// One call of a client under way: how it is stopped, by its caller's cancellation slot or by the end of the client.
class running_operation
    : public std::enable_shared_from_this<running_operation>,
      public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>
{
public:
    explicit running_operation(asio::any_io_executor strand) : strand_(std::move(strand)) {}

    // To be bound to the coroutine of the operation.
    [[nodiscard]] asio::cancellation_slot slot() noexcept { return signal_.slot(); }

    [[nodiscard]] bool stopped() const noexcept { return stopped_; }  // on the strand

    void stop()  // on the strand
    {
        stopped_ = true;
        signal_.emit(asio::cancellation_type::terminal);
    }

    // Posted, never at once: a coroutine that runs just now (the caller may cancel inside a progress event) would miss
    // it. Stops the operation when `outer` is told to, on whatever thread that is. Partial and terminal alike: a
    // stopped upload always joins its parts and cleans up.
    void listen_to(asio::cancellation_slot outer)
    {
        if (!outer.is_connected())
            return;
        outer.assign([weak = weak_from_this()](asio::cancellation_type type) {
            auto const wanted = asio::cancellation_type::terminal | asio::cancellation_type::partial;
            auto self = weak.lock();
            if (!self || (type & wanted) == asio::cancellation_type::none)
                return;
            auto const strand = self->strand_;
            asio::post(strand, [self = std::move(self)] { self->stop(); });
        });
    }

private:
    asio::any_io_executor strand_;
    asio::cancellation_signal signal_;
    bool stopped_ = false;
};

}  // namespace sluice
