#include "upload/grant_keeper.hpp"

#include "base/timer.hpp"
#include "oss/remedy.hpp"
#include "upload/is_cancelled.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <algorithm>
#include <exception>
#include <string>
#include <utility>
#include <variant>

namespace sluice::upload
{

namespace
{

using namespace std::chrono_literals;

// Asked this long before the end, or a quarter of the life if that is less: a refresher that fails is asked again.
constexpr std::chrono::nanoseconds early = 5min;
constexpr std::chrono::nanoseconds between_failures = 15s;
constexpr std::chrono::nanoseconds longest_wait = 60s;

// A service that refuses one new credential after the other will refuse the next.
constexpr unsigned max_fruitless = 2;

error no_answer()
{
    return {errc::response_timeout, "the refresher gave no grant within a minute"};
}

// The refresher is the user's: what it throws is an error as good as any.
asio::awaitable<result<upload_grant>> ask_safely(grant_refresher& whom, upload_grant const& old)
{
    try
    {
        co_return co_await whom.refresh(old);
    }
    catch (std::exception const& e)
    {
        co_return error(errc::grant_expired, std::string("the refresher threw an exception: ") + e.what());
    }
}

}  // namespace

bool refuses_credential(error const& e) noexcept
{
    return oss::refuses_credential(e.service_code);
}

grant_keeper::grant_keeper(tools with, upload_grant const& grant, steady_time begun, std::chrono::nanoseconds reserve)
    : with_(std::move(with)), reserve_(reserve), grant_(grant), answered_(with_.strand)
{
    life_ = std::make_unique<grant_life>(grant_, with_.now, with_.time, begun, reserve_);
}

bool grant_keeper::is_time_to_renew() const
{
    if (!can_renew())
        return false;
    auto const stop = life_->stop();
    auto const now = with_.now.steady_now();
    return stop != steady_time::max() && now >= not_before_ && now >= stop - std::min(early, life_->length() / 4);
}

asio::awaitable<result<void>> grant_keeper::keep_alive(steady_time until)
{
    auto const still_serves = [this] { return with_.now.steady_now() < life_->stop(); };
    if (!is_time_to_renew() || (asking_ && still_serves()))
        co_return result<void>();
    auto renewed = co_await renew(until);
    if (!renewed && renewed.error().code == asio::error::operation_aborted)
        co_return renewed.error();
    if (renewed || still_serves())
        co_return result<void>();
    auto e = life_->ended_early();
    e.message += "; no new one was had: " + renewed.error().reason();
    co_return e;
}

asio::awaitable<result<void>> grant_keeper::replace(unsigned refused_edition, error refusal, steady_time until)
{
    if (refused_edition != edition_)
        co_return result<void>();  // by another request, meanwhile
    if (!can_renew())
        co_return refusal;
    if (fruitless_ >= max_fruitless)
    {
        refusal.message += "; the new credential that the refresher gave was refused, too";
        co_return refusal;
    }
    auto renewed = co_await renew(until);
    if (renewed)
        co_return renewed;
    if (renewed.error().code == asio::error::operation_aborted)
        co_return renewed.error();
    refusal.message += "; no new credential was had: " + renewed.error().reason();
    co_return refusal;
}

// One asks, and all others wait for what comes of it.
asio::awaitable<result<void>> grant_keeper::renew(steady_time until)
{
    auto const old = edition_;
    while (asking_)
    {
        bool const rung = co_await answered_.wait();
        if (!rung)
            co_return error(asio::error::operation_aborted);
        if (edition_ != old)
            co_return result<void>();
    }
    if (with_.now.steady_now() < not_before_)
        co_return error(errc::grant_expired, "the refresher has just failed");

    asking_ = true;
    auto fresh = co_await ask(until);
    asking_ = false;
    result<void> done;
    if (fresh)
        done = take(*std::move(fresh));
    else
        done = fresh.error();
    if (!done && done.error().code != asio::error::operation_aborted)
    {
        not_before_ = with_.now.steady_now() + between_failures;
        with_.told.tell(upload_event_kind::grant_not_renewed, done.error().reason());
    }
    answered_.ring();
    co_return done;
}

asio::awaitable<result<upload_grant>> grant_keeper::ask(steady_time until)
{
    using namespace asio::experimental::awaitable_operators;
    bool const cancelled_before = co_await is_cancelled();
    if (cancelled_before)
        co_return error(asio::error::operation_aborted);
    auto const limit = std::min(longest_wait, until - with_.now.steady_now());
    std::optional<result<upload_grant>> answer;
    try
    {
        auto first = co_await (ask_safely(*with_.refresher, grant_) || wait_for(with_.now, limit));
        if (first.index() == 0)
            answer = std::get<0>(std::move(first));
    }
    catch (boost::system::system_error const&)
    {
        answer = error(asio::error::operation_aborted);
    }
    bool const cancelled_meanwhile = co_await is_cancelled();
    if (cancelled_meanwhile)
        co_return error(asio::error::operation_aborted);
    if (!answer)
        co_return no_answer();
    co_return *std::move(answer);
}

result<void> grant_keeper::take(upload_grant fresh)
{
    if (fresh.bucket != grant_.bucket || fresh.object_key != grant_.object_key)
    {
        given_up_ = true;
        elsewhere_ = std::move(fresh);
        return error(errc::grant_expired, "the refresher gave a grant for another object");
    }
    if (fresh.credentials == grant_.credentials)
        return error(errc::grant_expired, "the refresher gave the old credential again");
    if (fresh.credentials.access_key_id.empty() || fresh.credentials.access_key_secret.empty())
        return error(errc::no_credentials, "the refresher gave a grant without an access key");
    grant_.credentials = std::move(fresh.credentials);
    grant_.expires_in = fresh.expires_in;
    grant_.expire_utc = fresh.expire_utc;
    grant_.obtained = fresh.obtained;
    life_ = std::make_unique<grant_life>(grant_, with_.now, with_.time, with_.now.steady_now(), reserve_);
    ++edition_;
    ++fruitless_;
    not_before_ = steady_time::min();
    with_.told.tell(upload_event_kind::grant_renewed, "the upload goes on with a new credential");
    return {};
}

}  // namespace sluice::upload
