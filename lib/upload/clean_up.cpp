#include "upload/clean_up.hpp"

#include "base/timer.hpp"
#include "base/utc_time.hpp"

#include <algorithm>

namespace sluice::upload
{

namespace
{

// What an upload's date and our clock may differ by: the signer corrects its offset from a minute on, and a request
// whose answer we no longer waited for may arrive late. An upload of the same key that is older or younger is
// another's.
constexpr std::chrono::seconds tolerance{60};

// Uploads of the key itself come first in a listing by prefix.
constexpr unsigned max_pages = 2;

// Aborts after the first, of an upload whose parts may still come. The second goes at once, for mostly it is told that
// nothing is left; before the others there are pauses, of twice the length each.
constexpr unsigned max_repeats = 4;
constexpr std::chrono::milliseconds first_pause{250};

}  // namespace

clean_up::clean_up(environment const& env, oss::service& oss, oss::object_location const& at, grant_keeper& grant)
    : env_(env), oss_(oss), at_(at), grant_(grant), until_(env.clock->steady_now() + env.abort_limit)
{}

// The end of one `of`th of what is left.
steady_time clean_up::share(int of) const
{
    auto const now = env_.clock->steady_now();
    return now < until_ ? now + (until_ - now) / of : until_;
}

asio::awaitable<std::optional<oss::abort_outcome>> clean_up::abort(std::string_view upload_id, bool parts_may_come)
{
    auto const done = co_await abort_once(upload_id);
    if (!done)
        co_return std::nullopt;
    if (*done == oss::abort_outcome::aborted && parts_may_come)
        if (bool const gone = co_await abort_until_gone(upload_id); !gone)
            co_return std::nullopt;
    co_return *done;
}

asio::awaitable<bool> clean_up::abort_until_gone(std::string_view upload_id)
{
    std::chrono::milliseconds pause{0};
    for (unsigned repeat = 1; repeat <= max_repeats; ++repeat)
    {
        if (env_.clock->steady_now() + pause >= until_)
            co_return false;
        if (pause.count() != 0)
            if (bool const waited = co_await wait_for(*env_.clock, pause); !waited)
                co_return false;
        auto const done = co_await abort_once(upload_id);
        if (!done)
            co_return false;
        if (*done == oss::abort_outcome::was_gone)
            co_return true;
        pause = std::max(first_pause, 2 * pause);
    }
    co_return false;
}

asio::awaitable<result<oss::abort_outcome>> clean_up::abort_once(std::string_view upload_id)
{
    auto const edition = grant_.edition();
    auto done = co_await oss_.abort_multipart_upload(at_, upload_id, share(2));
    if (done)
        co_return done;
    if (refuses_credential(done.error()))
    {
        auto replaced = co_await grant_.replace(edition, done.error(), share(2));
        if (!replaced)
            co_return replaced.error();
    }
    else if (!done.error().is_transient())
        co_return done;
    co_return co_await oss_.abort_multipart_upload(at_, upload_id, until_, net::lane::object);
}

asio::awaitable<std::optional<delivery>> clean_up::look(oss::expected_object const& expected)
{
    auto const there = co_await oss_.head_object(at_, share(4));
    if (!there)
        co_return std::nullopt;
    co_return delivered(*there, expected);
}

bool clean_up::is_within(initiate_window const& when, std::string_view initiated) const
{
    auto const then = parse_iso8601(initiated);
    if (!then)
        return false;
    auto const ours = *then - env_.time->offset();
    return ours >= when.from - tolerance && ours <= when.to + tolerance;
}

asio::awaitable<bool> clean_up::abort_if_empty(std::string_view upload_id, steady_time until)
{
    auto const parts = co_await oss_.list_parts(at_, upload_id, until);
    if (!parts)
        co_return parts.error().service_code == "NoSuchUpload";
    if (!parts->empty())
        co_return true;  // somebody is at it
    auto const done = co_await oss_.abort_multipart_upload(at_, upload_id, until);
    co_return done.has_value();
}

asio::awaitable<bool> clean_up::abort_lost(initiate_window const& when, std::string_view known_id)
{
    auto const until = share(2);
    auto const open = co_await oss_.list_multipart_uploads(at_, at_.key, until, max_pages);
    if (!open)
        co_return false;
    unsigned ours = 0;
    unsigned others = 0;
    for (auto const& upload : *open)
    {
        if (upload.key != at_.key || upload.upload_id == known_id)
            continue;
        if (!is_within(when, upload.initiated))
        {
            ++others;
            continue;
        }
        ++ours;
        bool const gone = co_await abort_if_empty(upload.upload_id, until);
        if (!gone)
            co_return false;
    }
    // An attempt without an upload never arrived, unless its date is not what we take for ours.
    co_return ours >= when.unanswered || others == 0;
}

}  // namespace sluice::upload
