#pragma once

#include "oss/service.hpp"
#include "upload/clean_up.hpp"
#include "upload/proof.hpp"
#include "upload/workshop.hpp"

#include <sluice/client.hpp>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sluice::upload
{

// One multipart upload as the service has it: begun or found again, then completed and proven, or taken away, or left
// for a later resume. What its parts are is not its business.
class server_upload
{
public:
    // `with` must outlive it.
    explicit server_upload(workshop& with) : with_(with) {}

    // Empty: there is none yet.
    [[nodiscard]] std::string const& id() const noexcept { return id_; }
    void adopt(std::string id) { id_ = std::move(id); }

    asio::awaitable<result<void>> initiate();

    // The proven object.
    asio::awaitable<result<delivery>> complete(
        std::span<oss::part_ref const> parts, oss::expected_object const& expected);

    // To be awaited in the end, when no part is on the wire any more and whatever was cancelled: takes away what `done`
    // leaves, if it is an error, or finds out that the object was completed after all. `keeps`: what a failure leaves
    // is of use to somebody.
    asio::awaitable<result<delivery>> end(result<delivery> done, std::function<bool(error const&)> const& keeps);
    // There is something for end() to do.
    [[nodiscard]] bool needs_end(result<delivery> const& done) const
    {
        return !done || may_be_open_ || begun_.unanswered != 0;
    }

    // Complete was done, or nobody knows what came of it.
    [[nodiscard]] bool may_be_completed() const noexcept
    {
        return completed_ == completion::open || completed_ == completion::done;
    }

    // Of the end.
    [[nodiscard]] bool is_kept() const noexcept { return is_kept_; }

    // The object was found to be stored as it was sent, whatever the error of the end is.
    [[nodiscard]] bool was_found() const noexcept { return was_found_; }

    // Uploads that could not be aborted, or may be there without anybody knowing their id.
    [[nodiscard]] std::vector<orphaned_upload> const& orphans() const noexcept { return orphans_; }

    // The service completed the object, and calls it another than was sent.
    [[nodiscard]] bool has_stored_another() const noexcept { return has_stored_another_; }

private:
    enum class completion
    {
        not_tried,
        refused,  // by an answer each time
        open,     // sent, and nobody knows what came of it
        done
    };

    asio::awaitable<result<delivery>> end_failed(
        error why, clean_up& after, std::function<bool(error const&)> const& keeps);
    asio::awaitable<result<delivery>> end_stored(error why, delivery const& there, clean_up& after);
    asio::awaitable<std::optional<oss::abort_outcome>> take_away(clean_up& after);
    asio::awaitable<void> end_lost(result<delivery>& done, clean_up& after);
    asio::awaitable<std::optional<delivery>> look(clean_up& after);
    error kept(error why);

    workshop& with_;
    std::string id_;
    initiate_window begun_;
    completion completed_ = completion::not_tried;
    bool may_be_open_ = false;  // although the object is there
    oss::expected_object expected_;
    bool is_kept_ = false;
    bool has_stored_another_ = false;
    bool was_found_ = false;
    std::vector<orphaned_upload> orphans_;
};

// Complete was refused for parts that the service has lost, or says it has.
bool lacks_parts(error const& refusal);

// So often is an upload completed whose parts are found to be lost: a service that loses them again and again won't
// stop.
inline constexpr unsigned max_rounds_of_parts = 3;

// The work ended with an error, and the object turned out to be stored and to be what was sent.
result<delivery> outcome_of(error why, delivery const& there);

}  // namespace sluice::upload
