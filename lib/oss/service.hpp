#pragma once

#include "credentials/credentials_source.hpp"
#include "net/retry.hpp"
#include "oss/object_location.hpp"
#include "oss/operation_request.hpp"
#include "oss/request_signer.hpp"
#include "oss/types.hpp"

#include <sluice/error.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sluice::oss
{

namespace asio = boost::asio;

// Object operations of OSS. Each is retried as net/retry.hpp allows; errors carry what the server said.
class service
{
public:
    struct settings
    {
        signature_version signature = signature_version::v4;
        std::string user_agent;
    };

    // All but `s` must outlive it. `who` is asked each time a request is signed; `time` learns from refusals. All
    // requests are as urgent.
    service(net::caller& caller, credentials_source& who, clock& c, service_clock& time, settings const& s,
        priority urgency = priority::normal);

    // Operations on one object take its location; `until` bounds the call, retries included. What is handed over by
    // reference or view must live until the call has completed.
    asio::awaitable<result<stored>> put_object(object_location const& at, net::body_source& body, steady_time until);

    // When an answer is lost the call is repeated: the upload whose id nobody learned holds no parts, and would be
    // there without the repetition too.
    // `unanswered`, here and below, grows by the attempts that may have reached the service and whose outcome nobody
    // knows; whether the call succeeds or not.
    asio::awaitable<result<std::string>> initiate_multipart_upload(
        object_location const& at, steady_time until, unsigned* unanswered = nullptr);

    asio::awaitable<result<stored>> upload_part(object_location const& at, std::string_view upload_id,
        unsigned part_number, net::body_source& body, steady_time until);
    // Attempts to do that, so far, that may have reached the service and whose outcome nobody knows: what they bring
    // may be stored later than what was asked after them.
    [[nodiscard]] unsigned unanswered_parts() const noexcept { return unanswered_parts_; }

    // With `expected`, an answer that was lost, or that leaves open what was done, is settled by looking at the object:
    // it is a success when size and CRC-64 are those. Without, such an answer is an error. An object that is there may
    // have been there before, so Complete is sent once more; where that is not answered clearly either, it is a success
    // with stored::upload_may_be_open.
    // `parts`: ascending, at least one.
    asio::awaitable<result<stored>> complete_multipart_upload(object_location const& at, std::string_view upload_id,
        std::span<part_ref const> parts, steady_time until, std::optional<expected_object> expected = std::nullopt,
        unsigned* unanswered = nullptr);

    // A success is status 204 alone, or NoSuchUpload. `kind`: objects prefer a connection on which nobody waits.
    asio::awaitable<result<abort_outcome>> abort_multipart_upload(
        object_location const& at, std::string_view upload_id, steady_time until, net::lane kind = net::lane::call);

    // All pages; ascending, without duplicates.
    asio::awaitable<result<std::vector<listed_part>>> list_parts(
        object_location const& at, std::string_view upload_id, steady_time until);

    // All pages; an error when there are more than `max_pages` of them, or one names what was not asked for. Of
    // `bucket` the key does not matter.
    asio::awaitable<result<std::vector<listed_upload>>> list_multipart_uploads(
        object_location const& bucket, std::string_view prefix, steady_time until, unsigned max_pages = 10'000);

    asio::awaitable<result<object_head>> head_object(object_location const& at, steady_time until);

private:
    // Takes what it needs out of an answer of good status; false when that is not in it.
    using reader = std::function<bool(net::response const&)>;

    // Sends one request until it is done, and gives the number of attempts.
    asio::awaitable<result<unsigned>> perform(
        operation_plan what, reader const& read, steady_time until, unsigned* unanswered = nullptr);
    net::judged judge(net::response const& answer, operation_request const& request, reader const& read);

    asio::awaitable<result<stored>> store(operation_plan what, steady_time until, unsigned* unanswered = nullptr);
    asio::awaitable<result<stored>> complete_once(object_location const& at, std::string_view upload_id,
        std::span<part_ref const> parts, steady_time until, unsigned* unanswered);
    asio::awaitable<result<void>> before_round(error const& failure, steady_time until);
    asio::awaitable<result<stored>> complete_seen(object_location const& at, std::string_view upload_id,
        std::span<part_ref const> parts, steady_time until, stored const& seen, unsigned* unanswered);

    net::caller& caller_;
    clock& clock_;
    request_signer signer_;
    priority urgency_;
    unsigned unanswered_parts_ = 0;
};

}  // namespace sluice::oss
