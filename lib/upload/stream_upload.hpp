#pragma once

#include "net/watchdog.hpp"
#include "upload/bell.hpp"
#include "upload/control.hpp"
#include "upload/crew.hpp"
#include "upload/environment.hpp"
#include "upload/kept_part.hpp"
#include "upload/part_plan.hpp"
#include "upload/server_upload.hpp"
#include "upload/stream_plan.hpp"
#include "upload/transfer.hpp"
#include "upload/workshop.hpp"

#include <sluice/receipt.hpp>
#include <sluice/stream_source.hpp>
#include <sluice/upload_grant.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice::upload
{

namespace asio = boost::asio;

// An upload whose bytes come one after the other, of unknown number: from a writer, or pulled from a source. Cuts them
// into parts, which are kept until the server has confirmed them; who brings more waits when the client's memory is
// spent. One coroutine runs the upload from its grant to its end, others bring bytes meanwhile. On the client's strand.
class stream_upload
{
public:
    struct settings
    {
        std::string name;  // for errors
        upload_options options;
        steady_time begun;  // of the call: receipt::elapsed counts from here
        steady_time until = steady_time::max();
    };

    // `env` must outlive it.
    stream_upload(asio::any_io_executor strand, environment const& env, settings s);
    stream_upload(stream_upload const&) = delete;
    stream_upload& operator=(stream_upload const&) = delete;
    ~stream_upload();

    // The upload itself, once. `from`: where to get the bytes; null: others bring them. Cancellation: terminal, to be
    // set up so that it arrives as error codes; then nothing is left on the server.
    asio::awaitable<result<receipt>> run(
        upload_grant const& grant, control* steering, stream_source* from, toll& costs);

    // Where the next bytes go: waits for the beginning of the upload, then for memory, and for nothing that ends with
    // run(). One at a time.
    // Errors: operation_aborted when this call was cancelled, which the upload survives; else why there is no upload.
    asio::awaitable<result<asio::mutable_buffer>> prepare();
    // So many were put there.
    void commit(std::size_t bytes);

    // prepare() and commit() of a part of `bytes`; the number is that of those taken.
    asio::awaitable<result<std::size_t>> write_some(asio::const_buffer bytes);

    void finish();                          // those were all: the object is to be completed
    void give_up(error why);                // nothing is to be left; `why` is the result
    result<receipt> begins_not(error why);  // in place of run(): there is no grant

    // Of run(); for those who brought the bytes.
    asio::awaitable<result<void>> wait_for_begin();
    asio::awaitable<bool> wait_for_end();  // false: cancelled first
    [[nodiscard]] bool has_ended() const noexcept { return stage_ == stage::over; }
    [[nodiscard]] result<receipt> const& outcome() const { return outcome_; }

private:
    enum class stage
    {
        before,
        open,     // takes bytes
        ending,   // no more come
        failing,  // to be taken away
        over
    };
    struct stored_part
    {
        std::string etag;
        std::uint64_t crc64 = 0;
        std::uint64_t size = 0;
    };

    asio::awaitable<result<delivery>> fill(workshop& w, server_upload& there, stream_source* from);
    asio::awaitable<result<delivery>> complete(server_upload& there);
    asio::awaitable<result<void>> initiate(server_upload& there);
    asio::awaitable<result<void>> pump(workshop& w, stream_source& from);
    asio::awaitable<result<void>> send_kept(workshop& w, server_upload const& there, unsigned number, kept_part part);
    asio::awaitable<result<asio::mutable_buffer>> room();
    void cut_part();
    result<receipt> end_with(result<receipt> outcome);
    [[nodiscard]] error refused() const;
    [[nodiscard]] bool is_put(server_upload const& there) const;

    asio::any_io_executor strand_;
    environment const& env_;
    settings settings_;
    stream_plan plan_;
    memory_budget::share memory_;
    bell changed_;  // for run()
    bell begun_;
    bell over_;
    stage stage_ = stage::before;
    workshop* shop_ = nullptr;  // while it is open
    kept_part current_;
    kept_source current_as_source_;
    std::deque<kept_part> full_;
    std::uint64_t bytes_cut_ = 0;
    unsigned parts_cut_ = 0;
    unsigned to_be_sent_ = 0;   // parts given to the crew, and not yet sent whole
    unsigned unconfirmed_ = 0;  // parts cut, and not yet confirmed
    unsigned repeats_ = 0;
    std::vector<stored_part> stored_;  // by part number - 1
    std::optional<error> failure_;
    result<receipt> outcome_ = error{};  // when it is over
};

}  // namespace sluice::upload
