#include "upload/checkpoint_keeper.hpp"

#include "base/wipe.hpp"
#include "upload/blocking_call.hpp"
#include "upload/checkpoint_file.hpp"
#include "upload/grant_life.hpp"

#include <boost/asio/error.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <utility>

namespace sluice::upload
{

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
        work(*this);
    }
    catch (std::exception const& e)
    {
        loaded = error(make_error_code(boost::system::errc::not_enough_memory), e.what());
        done = loaded.error();
    }

    std::function<void(file_job&)> work;
    std::string path;
    std::string text;
    result<void> done;
    result<std::optional<std::string>> loaded = std::optional<std::string>();
};

}  // namespace

checkpoint_keeper::checkpoint_keeper(environment const& env, upload_options const& options, std::string where)
    : env_(env),
      told_(options.on_event),
      where_(std::move(where)),
      keep_grant_(options.keep_grant),
      resume_(options.resume)
{}

asio::awaitable<result<void>> checkpoint_keeper::load(source const& from, std::string_view object)
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

    auto work = std::make_shared<file_job>();
    work->path = where_;
    work->text = source_.what + '\n' + std::string(object);
    work->work = [](file_job& job) {
        job.path = checkpoint_path(job.path, job.text);
        job.done = check_checkpoint_path(job.path);
        if (job.done)
            job.loaded = load_checkpoint(job.path);
    };
    bool const ended = co_await run_blocking(work, env_.blocking);
    if (!ended)
        co_return error(asio::error::operation_aborted);
    if (!work->done)
        co_return work->done.error();
    path_ = work->path;
    if (!work->loaded)
        ignore(work->loaded.error().reason());
    else if (auto const& text = *work->loaded)
    {
        auto read = parse_checkpoint(*text);
        if (!read)
            ignore(read.error().message);
        else if (!read->source.starts_with(source_.what + '\n'))
            ignore("it is of another source");
        else
        {
            found_ = *std::move(read);
            is_same_source_ = found_->source == source_.what + '\n' + source_.state;
        }
    }
    co_return result<void>();
}

void checkpoint_keeper::ignore(std::string_view why)
{
    told_.tell(upload_event_kind::checkpoint_ignored, "the checkpoint " + path_ + " is not used: " + std::string(why));
    found_.reset();
}

std::optional<upload_grant> checkpoint_keeper::kept_grant() const
{
    if (!found_ || !found_->grant || !is_same_source_ || !resume_)
        return std::nullopt;
    auto const& end = found_->grant->expire_utc;
    if (end && *end <= env_.time->now() + least_life)
        return std::nullopt;
    return found_->grant;
}

std::optional<resume_point> checkpoint_keeper::left_off(upload_grant const& with, std::uint64_t size)
{
    auto const plan = found_ ? plan_of_cut(found_->size, found_->part_size) : std::nullopt;
    if (!plan)
        return std::nullopt;
    if (found_->bucket != with.bucket || found_->object_key != with.object_key || found_->endpoint != with.endpoint)
    {
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
    return at;
}

asio::awaitable<void> checkpoint_keeper::save(
    upload_grant const& with, part_plan const& plan, std::string const& upload_id)
{
    if (!is_on())
        co_return;
    checkpoint c;
    c.source = source_.what + '\n' + source_.state;
    c.size = plan.size;
    c.part_size = plan.part_size;
    c.endpoint = with.endpoint;
    c.bucket = with.bucket;
    c.object_key = with.object_key;
    c.upload_id = upload_id;
    if (keep_grant_)
    {
        c.grant = with;
        // The end as a date, for the relative one counts from a moment that nobody will know.
        grant_life const life(with, *env_.clock, *env_.time, env_.clock->steady_now(), std::chrono::seconds(0));
        if (auto const end = life.stop(); end != steady_time::max())
            c.grant->expire_utc =
                env_.time->now() + std::chrono::floor<std::chrono::seconds>(end - env_.clock->steady_now());
    }
    auto work = std::make_shared<file_job>();
    work->path = path_;
    work->text = to_text(c);
    work->work = [](file_job& job) { job.done = store_checkpoint(job.path, job.text); };
    bool const ended = co_await run_blocking(work, env_.blocking);
    if (ended && !work->done)
        told_.tell(upload_event_kind::checkpoint_not_written,
            "the checkpoint " + path_ +
                " was not written, so that this upload can't be resumed: " + work->done.error().reason());
}

asio::awaitable<void> checkpoint_keeper::remove()
{
    if (!is_on())
        co_return;
    auto work = std::make_shared<file_job>();
    work->path = path_;
    work->work = [](file_job& job) { job.done = remove_checkpoint(job.path); };
    bool const ended = co_await run_blocking(work, env_.blocking);
    if (ended && !work->done)
        told_.tell(upload_event_kind::checkpoint_not_written,
            "the checkpoint " + path_ + " was not removed: " + work->done.error().reason());
}

}  // namespace sluice::upload
