#include "client/client_start.hpp"
#include "upload/crew.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>

// Many uploads of a client in one call.
namespace sluice
{

namespace
{

error not_begun()
{
    error e(asio::error::operation_aborted, "not begun: the call was cancelled before");
    e.attempts = 0;
    return e;
}

}  // namespace

// What the uploads of one call share.
struct client::impl::many
{
    std::vector<upload_job> const& jobs;
    std::vector<upload_call> const& calls;
    std::vector<result<receipt>>& done;
    upload::crew& workers;
    std::size_t next = 0;
};

asio::awaitable<result<std::vector<result<receipt>>>> client::impl::upload_all(
    std::vector<upload_job> const& jobs, std::vector<upload_call> const& calls, unsigned limit)
{
    if (limit == 0)
    {
        error e(errc::invalid_argument, "the limit of uploads at a time is 0; allowed are 1 and more");
        e.attempts = 0;
        co_return e;
    }
    std::vector<result<receipt>> done(jobs.size(), not_begun());
    upload::crew workers(strand_);
    many all{jobs, calls, done, workers};
    for (std::size_t i = 0; i < std::min<std::size_t>(limit, jobs.size()); ++i)
        begin_next(all);
    co_await workers.join();
    for (auto const& call : calls)
        if (call.steering)
            call.steering->end();  // also of those that never began
    co_return done;
}

void client::impl::begin_next(many& all)
{
    if (all.next == all.jobs.size() || all.workers.has_stopped())
        return;
    auto const mine = all.next++;
    if (auto const& steering = all.calls[mine].steering)
        steering->begin(strand_, config_.clock, all.workers.way_to_stop_next());
    all.workers.add(upload_one_of(all, mine));
}

asio::awaitable<result<void>> client::impl::upload_one_of(many& all, std::size_t mine)
{
    auto const state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() == asio::cancellation_type::none)
        all.done[mine] = co_await upload_job_of(all.jobs[mine], all.calls[mine]);
    begin_next(all);
    co_return result<void>();
}

asio::awaitable<result<receipt>> client::impl::upload_job_of(upload_job const& job, upload_call const& how)
{
    if (auto const* grant = std::get_if<upload_grant>(&job.to))
        return upload(*grant, *job.from, how);
    return upload_stream(std::get<stream_request>(job.to), *job.from, how);
}

void client::start_upload_all(asio::any_completion_handler<void(result<std::vector<result<receipt>>>)> handler,
    std::shared_ptr<impl> const& self, std::vector<upload_job> jobs, unsigned limit)
{
    std::vector<upload_call> calls;
    calls.reserve(jobs.size());
    for (auto const& job : jobs)
        calls.emplace_back(job.options, steering_of(job.options));
    self->start(std::move(handler), [jobs = std::move(jobs), calls = std::move(calls), limit](
                                        impl& c) { return c.upload_all(jobs, calls, limit); });
}

}  // namespace sluice
