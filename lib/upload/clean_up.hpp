#pragma once

#include "oss/service.hpp"
#include "upload/environment.hpp"
#include "upload/grant_keeper.hpp"
#include "upload/proof.hpp"

#include <sluice/error.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace sluice::upload
{

// When an Initiate was under way, by our clock.
struct initiate_window
{
    system_time from;
    system_time to;
    unsigned unanswered = 0;  // attempts that may have begun an upload whose id nobody learned
};

// What is done on the server after a multipart upload has ended: all of it within one limit, however little answers.
// To be called where cancelling is disabled.
class clean_up
{
public:
    // What is handed over must outlive it. The limit begins now.
    clean_up(environment const& env, oss::service& oss, oss::object_location const& at, grant_keeper& grant);

    // Takes an upload away; none: it may be left. `parts_may_come`: some were sent whose answers nobody waited for, and
    // one that is stored after an abort stays; so it is repeated until the service knows the upload no more, a few
    // times.
    asio::awaitable<std::optional<oss::abort_outcome>> abort(std::string_view upload_id, bool parts_may_come = false);

    // The object, if it is there and the expected one. A hanging answer leaves time for the abort.
    asio::awaitable<std::optional<delivery>> look(oss::expected_object const& expected);

    // Finds and takes away what the unanswered attempts may have begun: uploads without parts, of this key, from that
    // time. At most half of what is left of the limit. False: one may be left.
    asio::awaitable<bool> abort_lost(initiate_window const& when, std::string_view known_id);

private:
    // A try that hangs leaves time for a second, which prefers another connection; one whose credential is refused has
    // a second, too, where there is a new credential.
    asio::awaitable<result<oss::abort_outcome>> abort_once(std::string_view upload_id);
    asio::awaitable<bool> abort_until_gone(std::string_view upload_id);
    [[nodiscard]] steady_time share(int of) const;
    [[nodiscard]] bool is_within(initiate_window const& when, std::string_view initiated) const;
    asio::awaitable<bool> abort_if_empty(std::string_view upload_id, steady_time until);

    environment const& env_;
    oss::service& oss_;
    oss::object_location const& at_;
    grant_keeper& grant_;
    steady_time until_;
};

}  // namespace sluice::upload
