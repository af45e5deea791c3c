#include "client/client_start.hpp"
#include "upload/crew.hpp"

#include <boost/asio/error.hpp>

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
    co_return done;
}

void client::impl::begin_next(many& all)
{
    if (all.next == all.jobs.size())
        return;
    auto const mine = all.next++;
    if (auto const& steering = all.calls[mine].steering)
        steering->begin(strand_, config_.clock, all.workers.way_to_stop_next());
    all.workers.add(upload_one_of(all, mine));
}

asio::awaitable<result<void>> client::impl::upload_one_of(many& all, std::size_t mine)
{
    auto const& job = all.jobs[mine];
    result<receipt> done = error{};
    if (auto const* grant = std::get_if<upload_grant>(&job.to))
        done = co_await upload(*grant, *job.from, all.calls[mine]);
    else
        done = co_await upload_stream(std::get<stream_request>(job.to), *job.from, all.calls[mine]);
    all.done[mine] = std::move(done);
    begin_next(all);
    co_return result<void>();
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
