#pragma once

#include "upload/checkpoint.hpp"
#include "upload/environment.hpp"
#include "upload/events.hpp"
#include "upload/part_plan.hpp"

#include <sluice/client.hpp>
#include <sluice/source.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::upload
{

// Where an earlier attempt left off.
struct resume_point
{
    std::string upload_id;
    part_plan plan;
    bool is_same_source = true;  // false: the source was changed since, so that its parts are worth nothing
};

class shared_checkpoint_file;

// The checkpoint of one upload: reads what an earlier attempt left, writes this one's, removes it in the end. As long
// as this object lives, no other upload goes on with it.
class checkpoint_keeper
{
public:
    // `env` must outlive it. `where`: in place of the options', which need not live so long; empty for none. `until`: a
    // disk that does not answer is waited for no longer.
    checkpoint_keeper(environment const& env, upload_options const& options, std::string where,
        steady_time until = steady_time::max());

    // Reads what is there for the opened source and for this object: "oss://bucket/key". What does not fit is ignored,
    // with an event. Errors: there can be no checkpoint; errc::checkpoint_in_use; operation_aborted;
    // errc::deadline_exceeded.
    asio::awaitable<result<void>> load(source const& from, std::string object);

    // The same for a stream, by what names it: which object that is, only a grant says.
    asio::awaitable<result<void>> load_of_stream(source const& from, std::string stream);

    // The grant that was kept, if its credential still lives and the source is unchanged.
    [[nodiscard]] std::optional<upload_grant> kept_grant() const;

    // What was found and is of no use, if the credential in it still lives: its upload can be taken away, and nobody
    // else will. Forgotten then.
    [[nodiscard]] std::optional<checkpoint> abandon();

    // The service took a request under the grant that was kept.
    void grant_was_taken() noexcept { is_grant_good_ = true; }
    [[nodiscard]] bool is_grant_good() const noexcept { return is_grant_good_; }

    // Where to go on with this grant and this many bytes. A checkpoint for another object is ignored from now on, with
    // an event.
    [[nodiscard]] std::optional<resume_point> left_off(upload_grant const& with, std::uint64_t size);

    // An upload has begun. What cannot be written is told as an event. When cancelled it is soon given up.
    asio::awaitable<void> save(upload_grant const& with, part_plan const& plan, std::string const& upload_id);

    // The upload has ended for good. What cannot be removed within environment::abort_limit is told as an event; it
    // goes when the disk answers.
    asio::awaitable<void> remove();

    [[nodiscard]] bool is_on() const noexcept { return !where_.empty(); }

    // This upload can be found again by it.
    [[nodiscard]] bool is_written() const noexcept { return is_written_; }

    // There is a file, whether it was of use or not.
    [[nodiscard]] bool is_there() const noexcept { return is_there_; }

    // The upload of a stream that was found and is of no use, without anybody to take it away. Told once.
    [[nodiscard]] std::optional<orphaned_upload> left_behind() { return std::exchange(left_behind_, std::nullopt); }

private:
    [[nodiscard]] checkpoint made_of(
        upload_grant const& with, part_plan const& plan, std::string const& upload_id) const;
    [[nodiscard]] std::optional<upload_grant> living_grant() const;
    void take(std::string_view text);
    void ignore(std::string_view why);
    void tell_not(std::string_view done, std::string_view why) const;

    environment const& env_;
    events told_;
    std::string where_;
    steady_time until_;
    bool keep_grant_;
    bool resume_;
    std::string path_;
    std::shared_ptr<shared_checkpoint_file> file_;
    source_identity source_;
    std::string stream_;
    std::optional<checkpoint> found_;
    bool is_same_source_ = false;
    bool is_grant_good_ = false;
    bool is_there_ = false;
    bool is_written_ = false;
    bool is_used_ = false;
    std::optional<orphaned_upload> left_behind_;
};

}  // namespace sluice::upload
