#include "upload/checkpoint_keeper.hpp"

#include "base/wipe.hpp"
#include "upload/blocking_call.hpp"
#include "upload/checkpoint_file.hpp"
#include "upload/grant_life.hpp"
#include "upload/is_cancelled.hpp"
#include "upload/outlive_cancellation.hpp"
#include "upload/time_limited.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

namespace sluice::upload
{

// The file, and the order of the jobs that use it. A job that nobody waits for any more runs whenever a thread takes
// it: one at a time, and not when a later one has run.
class shared_checkpoint_file
{
public:
    // On the strand.
    [[nodiscard]] unsigned next_turn() noexcept { return ++given_; }

    // On any thread. A later turn waits here for the end of an earlier one.
    void run(unsigned turn, std::function<void(checkpoint_file&)> const& work)
    {
        std::lock_guard const lock(mutex_);
        if (turn < last_run_)
            return;
        last_run_ = turn;
        work(file_);
    }

private:
    unsigned given_ = 0;
    std::mutex mutex_;
    unsigned last_run_ = 0;
    checkpoint_file file_{std::string()};  // until the first job has found where it is
};

namespace
{

// A credential with less life than this is not worth going on with.
constexpr std::chrono::seconds least_life{30};

// One look at the file system. It may hold secrets.
struct file_job final : blocking_job
{
    ~file_job() override
    {
        wipe(text.data(), text.size());
        if (!loaded)
            return;
        if (auto& read = *loaded; read)
            wipe(read->data(), read->size());
    }

    void run() noexcept override
    try
    {
        auto const now = [this](checkpoint_file& file) { work(*this, file); };
        on->run(turn, now);
    }
    catch (std::exception const& e)
    {
        loaded = error(make_error_code(boost::system::errc::not_enough_memory), e.what());
        done = loaded.error();
    }

    std::function<void(file_job&, checkpoint_file&)> work;
    std::shared_ptr<shared_checkpoint_file> on;
    unsigned turn = 0;
    std::string path;
    std::string text;
    result<void> done;
    result<std::optional<std::string>> loaded = std::optional<std::string>();
};

std::shared_ptr<file_job> next_job(std::shared_ptr<shared_checkpoint_file> const& on)
{
    auto job = std::make_shared<file_job>();
    job->on = on;
    job->turn = on->next_turn();
    return job;
}

// False: cancelled, or not ended by then. It ends alone, and what it writes may not be looked at.
asio::awaitable<bool> run_until(std::shared_ptr<file_job> work, environment const& env, steady_time until)
{
    auto const ended = co_await time_limited(run_blocking(std::move(work), env.blocking), *env.clock, until);
    co_return ended.value_or(false);
}

char const* const silent_disk = "its disk did not answer in time";

}  // namespace

checkpoint_keeper::checkpoint_keeper(
    environment const& env, upload_options const& options, std::string where, steady_time until)
    : env_(env),
      told_(options.on_event),
      where_(std::move(where)),
      until_(until),
      keep_grant_(options.keep_grant),
      resume_(options.resume),
      file_(std::make_shared<shared_checkpoint_file>())
{}

asio::awaitable<result<void>> checkpoint_keeper::load_of_stream(source const& from, std::string stream)
{
    stream_ = std::move(stream);
    return load(from, stream_);
}

asio::awaitable<result<void>> checkpoint_keeper::load(source const& from, std::string object)
{
    if (!is_on())
        co_return result<void>();
    auto identity = from.identity();
    if (!identity)
    {
        error e(errc::invalid_argument, "a checkpoint was asked for, but this source can't be told from others");
        e.recommendation = "Upload a file, or give the source an identity(): source_identity says what it must be";
        e.attempts = 0;
        co_return e;
    }
    source_ = *std::move(identity);

    auto work = next_job(file_);
    work->path = where_;
    work->text = source_.what + '\n' + object;
    work->work = [](file_job& job, checkpoint_file& file) {
        file = checkpoint_file(checkpoint_path(job.path, job.text));
        job.path = file.path();
        job.done = file.check_folder();
        if (job.done)
            job.loaded = file.load();
    };
    bool const ended = co_await run_until(work, env_, until_);
    if (!ended && env_.clock->steady_now() >= until_)
        co_return error(errc::deadline_exceeded, std::string("the checkpoint could not be looked at: ") + silent_disk);
    if (!ended)
        co_return error(asio::error::operation_aborted);
    if (!work->done)
        co_return work->done.error();
    path_ = work->path;
    if (!work->loaded && work->loaded.error().code == errc::checkpoint_in_use)
        co_return work->loaded.error();
    is_there_ = !work->loaded || work->loaded->has_value();
    if (!work->loaded)
        ignore(work->loaded.error().reason());
    else if (auto const& text = *work->loaded)
        take(*text);
    co_return result<void>();
}

void checkpoint_keeper::take(std::string_view text)
{
    auto read = parse_checkpoint(text);
    if (!read)
        return ignore(read.error().message);
    if (!read->source.starts_with(source_.what + '\n'))
        return ignore("it is of another source");
    if (read->stream != stream_)
        return ignore("it is of another stream");
    found_ = *std::move(read);
    is_same_source_ = found_->source == source_.what + '\n' + source_.state;
}

void checkpoint_keeper::ignore(std::string_view why)
{
    told_.tell(upload_event_kind::checkpoint_ignored, "the checkpoint " + path_ + " is not used: " + std::string(why));
    found_.reset();
}

std::optional<upload_grant> checkpoint_keeper::kept_grant() const
{
    if (!is_same_source_ || !resume_)
        return std::nullopt;
    return living_grant();
}

std::optional<upload_grant> checkpoint_keeper::living_grant() const
{
    auto grant = found_ ? found_->grant : std::nullopt;
    if (!grant || (grant->expire_utc && *grant->expire_utc <= env_.time->now() + least_life))
        return std::nullopt;
    return grant;
}

std::optional<checkpoint> checkpoint_keeper::abandon()
{
    if (!living_grant() || kept_grant())
        return std::nullopt;
    if (resume_)
        told_.tell(upload_event_kind::checkpoint_ignored,
            "the checkpoint " + path_ + " is not used: the source was changed since it was written");
    return std::exchange(found_, std::nullopt);
}

std::optional<resume_point> checkpoint_keeper::left_off(upload_grant const& with, std::uint64_t size)
{
    auto const plan = found_ ? plan_of_cut(found_->size, found_->part_size) : std::nullopt;
    if (!plan)
        return std::nullopt;
    if (found_->bucket != with.bucket || found_->object_key != with.object_key || found_->endpoint != with.endpoint)
    {
        if (found_->grant && !is_used_)
            left_behind_ = {.bucket = found_->bucket, .object_key = found_->object_key, .upload_id = found_->upload_id};
        ignore(found_->grant || keep_grant_ ? "its grant has ended, and a new one is for another object"
                                            : "it is of another object");
        return std::nullopt;
    }
    auto const& c = *found_;
    bool const is_same = is_same_source_ && c.size == size && resume_;
    if (!is_same && resume_)
        told_.tell(upload_event_kind::checkpoint_ignored,
            "the checkpoint " + path_ + " is not used: the source was changed since it was written");
    resume_point at;
    at.upload_id = c.upload_id;
    at.plan = *plan;
    at.is_same_source = is_same;
    is_used_ = true;
    is_written_ = is_same;
    return at;
}

checkpoint checkpoint_keeper::made_of(
    upload_grant const& with, part_plan const& plan, std::string const& upload_id) const
{
    checkpoint c;
    c.source = source_.what + '\n' + source_.state;
    c.stream = stream_;
    c.size = plan.size;
    c.part_size = plan.part_size;
    c.endpoint = with.endpoint;
    c.bucket = with.bucket;
    c.object_key = with.object_key;
    c.upload_id = upload_id;
    if (!keep_grant_)
        return c;
    c.grant = with;
    // The end as a date, for the relative one counts from a moment that nobody will know.
    grant_life const life(with, *env_.clock, *env_.time, env_.clock->steady_now(), std::chrono::seconds(0));
    if (auto const end = life.stop(); end != steady_time::max())
        c.grant->expire_utc =
            env_.time->now() + std::chrono::floor<std::chrono::seconds>(end - env_.clock->steady_now());
    return c;
}

asio::awaitable<void> checkpoint_keeper::save(
    upload_grant const& with, part_plan const& plan, std::string const& upload_id)
{
    if (!is_on())
        co_return;
    auto work = next_job(file_);
    work->text = to_text(made_of(with, plan, upload_id));
    work->work = [](file_job& job, checkpoint_file& file) { job.done = file.store(job.text); };

    // An upload that is cancelled now may be kept, so that a disk which is only slow is waited for; a cancellation from
    // before would not be seen here.
    bool const cancelled_before = co_await is_cancelled();
    auto const soon = env_.clock->steady_now() + env_.initiate_grace;
    auto writing = run_until(work, env_, cancelled_before ? std::min(until_, soon) : until_);
    bool const ended = co_await outlive_cancellation(std::move(writing), *env_.clock, env_.initiate_grace);
    is_written_ = ended && work->done;
    is_there_ = is_there_ || is_written_;
    if (!ended)
        tell_not("written, so that this upload can't be resumed", silent_disk);
    else if (!work->done)
        tell_not("written, so that this upload can't be resumed", work->done.error().reason());
}

asio::awaitable<void> checkpoint_keeper::remove()
{
    if (!is_on())
        co_return;
    is_written_ = false;
    is_there_ = false;
    auto work = next_job(file_);
    work->work = [](file_job& job, checkpoint_file& file) { job.done = file.remove(); };
    bool const ended = co_await run_until(work, env_, env_.clock->steady_now() + env_.abort_limit);
    if (!ended)
        tell_not("removed, and may be left", silent_disk);
    else if (!work->done)
        tell_not("removed", work->done.error().reason());
}

void checkpoint_keeper::tell_not(std::string_view done, std::string_view why) const
{
    told_.tell(upload_event_kind::checkpoint_not_written,
        "the checkpoint " + path_ + " was not " + std::string(done) + ": " + std::string(why));
}

}  // namespace sluice::upload
