#include "client/client_start.hpp"
#include "client/live_upload.hpp"
#include "client/writer_impl.hpp"
#include "upload/uncancelled.hpp"

#include <sluice/upload_writer.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

namespace sluice
{

namespace
{

// The upload is stopped wherever it is, and cleans up.
void stop(live_upload& live)
{
    live.upload.give_up(error(asio::error::operation_aborted));
    live.how.steering->cancel(on_cancel::abort);
}

asio::awaitable<result<std::size_t>> write(std::shared_ptr<live_upload> live, asio::const_buffer bytes)
{
    if (bytes.size() == 0)
        co_return std::size_t{0};
    co_return co_await live->upload.write_some(bytes);
}

asio::awaitable<result<receipt>> finish(std::shared_ptr<live_upload> live)
{
    live->upload.finish();
    bool const ended = co_await live->upload.wait_for_end();
    if (!ended)
    {
        stop(*live);
        co_await upload::uncancelled(live->upload.wait_for_end());
    }
    co_return live->upload.outcome();
}

asio::awaitable<result<void>> abandon(std::shared_ptr<live_upload> live)
{
    stop(*live);
    co_await upload::uncancelled(live->upload.wait_for_end());
    auto const& outcome = live->upload.outcome();
    if (outcome.has_error() && !outcome.error().upload_id.empty())
        co_return outcome.error();
    co_return result<void>();
}

}  // namespace

upload_writer::upload_writer(upload_writer&& other) noexcept = default;

upload_writer& upload_writer::operator=(upload_writer&& other) noexcept
{
    upload_writer gone(std::move(*this));
    impl_ = std::move(other.impl_);
    return *this;
}

upload_writer::~upload_writer()
{
    if (!impl_)
        return;
    auto const& of = *impl_->of;
    asio::post(of.strand(), [self = impl_] {
        if (!self->live->upload.has_ended())
            stop(*self->live);
    });
}

upload_writer::executor_type upload_writer::get_executor() const noexcept
{
    return impl_->of->executor();
}

std::string const& upload_writer::media_id() const noexcept
{
    return impl_->live->media_id;
}

std::string const& upload_writer::file_url() const noexcept
{
    return impl_->live->file_url;
}

void upload_writer::start_write_some(asio::any_completion_handler<void(error_code, std::size_t)> handler,
    std::shared_ptr<impl> const& self, asio::const_buffer bytes)
{
    auto const slot = asio::get_associated_cancellation_slot(handler);
    auto const ex = asio::get_associated_executor(handler, self->of->executor());
    auto done = [handler = std::move(handler)](result<std::size_t> const& taken) mutable {
        std::move(handler)(taken ? error_code() : taken.error().code, taken ? *taken : 0);
    };
    self->of->start<std::size_t>(asio::bind_cancellation_slot(slot, asio::bind_executor(ex, std::move(done))),
        [live = self->live, bytes](client::impl&) { return write(live, bytes); });
}

void upload_writer::start_finish(
    asio::any_completion_handler<void(result<receipt>)> handler, std::shared_ptr<impl> const& self)
{
    self->of->start<receipt>(std::move(handler), [live = self->live](client::impl&) { return finish(live); });
}

void upload_writer::start_abort(
    asio::any_completion_handler<void(result<void>)> handler, std::shared_ptr<impl> const& self)
{
    self->of->start<void>(std::move(handler), [live = self->live](client::impl&) { return abandon(live); });
}

}  // namespace sluice
