#pragma once

#include "credentials/credentials_source.hpp"
#include "upload/bell.hpp"
#include "upload/events.hpp"
#include "upload/grant_life.hpp"

#include <sluice/grant_refresher.hpp>
#include <sluice/upload_grant.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <optional>

namespace sluice::upload
{

namespace asio = boost::asio;

// The grant of one upload: what its requests are signed with, how long that lasts, and how a new one is got. On the
// client's strand.
class grant_keeper final : public credentials_source
{
public:
    // What it works with; all of it must outlive it.
    struct tools
    {
        asio::any_io_executor strand;
        clock& now;
        service_clock const& time;
        grant_refresher* refresher;  // null: a grant that ends has ended
        events told;
    };

    // `begun`, `reserve`: as grant_life's.
    grant_keeper(tools with, upload_grant const& grant, steady_time begun, std::chrono::nanoseconds reserve);

    [[nodiscard]] credentials const& current() override { return grant_.credentials; }
    [[nodiscard]] upload_grant const& grant() const noexcept { return grant_; }
    [[nodiscard]] grant_life const& life() const noexcept { return *life_; }

    // Somebody may give a new credential when this one ends.
    [[nodiscard]] bool can_renew() const noexcept { return with_.refresher != nullptr && !given_up_; }

    // Grows with each new credential.
    [[nodiscard]] unsigned edition() const noexcept { return edition_; }

    // Somebody can renew the credential, and it is time to.
    [[nodiscard]] bool is_time_to_renew() const;

    // Gets a new credential, when it is time to. One step waits for the refresher, until `until` and a minute at most;
    // the others go on with the old credential as long as it serves. Errors: operation_aborted; errc::grant_expired
    // when the old one has ended and there is no new one.
    asio::awaitable<result<void>> keep_alive(steady_time until);

    // The same, after the service refused the credential of that edition. `refusal` is the error if there is no other.
    asio::awaitable<result<void>> replace(unsigned refused_edition, error refusal, steady_time until);

    // The service takes the credential of that edition.
    void is_good(unsigned edition) noexcept
    {
        if (edition == edition_)
            fruitless_ = 0;
    }

    // The refresher gave one for another object.
    [[nodiscard]] std::optional<upload_grant> const& elsewhere() const noexcept { return elsewhere_; }

private:
    asio::awaitable<result<void>> renew(steady_time until);
    asio::awaitable<result<upload_grant>> ask(steady_time until);
    result<void> take(upload_grant fresh);

    tools with_;
    std::chrono::nanoseconds reserve_;
    upload_grant grant_;
    std::unique_ptr<grant_life> life_;  // of this credential
    unsigned edition_ = 0;
    unsigned fruitless_ = 0;  // credentials in a row that were refused
    bool given_up_ = false;
    bool asking_ = false;
    steady_time not_before_ = steady_time::min();
    bell answered_;
    std::optional<upload_grant> elsewhere_;
};

// What the service calls a credential that is no good, or none any more.
bool refuses_credential(error const& e) noexcept;

}  // namespace sluice::upload
