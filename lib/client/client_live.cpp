#include "client/client_start.hpp"
#include "client/live_upload.hpp"
#include "client/writer_impl.hpp"
#include "upload/uncancelled.hpp"

#include <sluice/upload_handle.hpp>

// The uploads of a client whose bytes come one after the other, of unknown number.
namespace sluice
{

asio::awaitable<result<upload_grant>> client::impl::grant_for(
    destination const& to, upload_options const& options, steady_time until)
{
    if (auto valid = upload::validate(options); !valid)
        co_return valid.error();
    if (auto const* given = std::get_if<upload_grant>(&to))
    {
        if (!config_valid_)
            co_return config_valid_.error();
        co_return *given;
    }
    if (auto ready = ready_for_ims(); !ready)
        co_return ready.error();
    co_return co_await ims_->create_upload_stream(std::get<stream_request>(to), until);
}

asio::awaitable<result<receipt>> client::impl::upload_live(
    live_upload& live, destination const& to, stream_source* from, steady_time until)
{
    steered_upload const steered(live.how);
    auto const grant = co_await grant_for(to, live.how.options, until);
    if (!grant)
        co_return live.upload.begins_not(grant.error());
    live.media_id = grant->media_id;
    live.file_url = grant->file_url;
    upload::toll costs;
    auto done = co_await live.upload.run(*grant, live.how.steering.get(), from, costs);
    note_costs(costs);
    co_return done;
}

std::shared_ptr<live_upload> client::impl::make_live(std::string name, upload_call how, steady_time until)
{
    upload::stream_upload::settings s{
        .name = std::move(name), .options = how.options, .begun = config_.clock->steady_now(), .until = until};
    return std::make_shared<live_upload>(strand_, uploads_, std::move(how), std::move(s));
}

asio::awaitable<result<receipt>> client::impl::upload_from(
    destination const& to, stream_source& from, upload_call const& how)
{
    auto const until = deadline(how.options.deadline);
    auto const live = make_live(from.name(), how, until);
    co_return co_await upload_live(*live, to, &from, until);
}

// The upload is an operation of its own, which goes on when this one has given the writer away.
asio::awaitable<result<upload_writer>> client::impl::open_writer(destination const& to, upload_call const& how)
{
    auto const until = deadline(how.options.deadline);
    auto const live = make_live("stream", how, until);
    auto const nobody_waits = [](result<receipt> const&) {};
    start<receipt>(
        nobody_waits, [live, to, until](impl& c) { return c.upload_live(*live, to, nullptr, until); },
        live->how.steering);
    auto begun = co_await live->upload.wait_for_begin();
    if (!begun)
    {
        live->upload.give_up(begun.error());
        live->how.steering->cancel(on_cancel::abort);
        co_await upload::uncancelled(live->upload.wait_for_end());
        co_return begun.error();
    }
    co_return upload_writer(std::make_shared<upload_writer::impl>(shared_from_this(), live));
}

void client::start_upload_live(asio::any_completion_handler<void(result<receipt>)> handler,
    std::shared_ptr<impl> const& self, destination to, stream_source* src, upload_options options)
{
    upload_call how(options, steering_of(options));
    auto const steering = how.steering;
    self->start(
        std::move(handler),
        [to = std::move(to), src, how = std::move(how)](impl& c) { return c.upload_from(to, *src, how); }, steering);
}

// The handle, or one in its place, is what the writer stops its upload with.
void client::start_open_writer(asio::any_completion_handler<void(result<upload_writer>)> handler,
    std::shared_ptr<impl> const& self, destination to, upload_options options)
{
    auto steering = std::shared_ptr<upload::control>(steering_of(options));
    if (!steering)
        steering = std::make_shared<upload::control>();
    upload_call how(options, std::move(steering));
    self->start(
        std::move(handler), [to = std::move(to), how = std::move(how)](impl& c) { return c.open_writer(to, how); });
}

}  // namespace sluice
