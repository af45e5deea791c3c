#pragma once

#include <sluice/export.hpp>
#include <sluice/upload_options.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

namespace sluice
{

namespace detail
{
class handle_state;
}

/// Where an upload is, as upload_handle::status() tells it.
struct upload_status
{
    enum class phase
    {
        not_begun,
        running,
        paused,
        ended
    };

    phase now = phase::not_begun;
    upload_progress progress;
    double bytes_per_second = 0;                      ///< sent, over the last ten seconds
    std::optional<std::chrono::seconds> time_left{};  ///< at that rate; nothing while it is unknown
};

/// What a cancelled upload leaves on the server.
enum class on_cancel
{
    by_options,  ///< as upload_options::leave says
    abort,       ///< nothing: the multipart upload is aborted
    keep         ///< its parts, for a later resume: with a checkpoint, or by the upload id in the error
};

/// Steers one upload from outside: give its address in upload_options::handle. Thread-safe, and not waited for.
/// Lifetime: it need not outlive the upload. A handle that is given to a second upload steers that one from then on,
/// paused and limited as the first was; the first goes on by itself.
class SLUICE_EXPORT upload_handle
{
public:
    upload_handle();
    upload_handle(upload_handle const&) = delete;
    upload_handle& operator=(upload_handle const&) = delete;
    ~upload_handle();

    [[nodiscard]] upload_status status() const;

    /// No further part is begun until resume(); parts that are on the wire end. A single put that has begun goes on.
    /// The deadline and the credential's life go on too. May be called before the upload begins.
    void pause();
    void resume();

    /// As the call's own cancellation, with another decision about what is left.
    void cancel(on_cancel what = on_cancel::by_options);

    /// Bytes per second of this upload from now on; 0: no limit of its own.
    void set_bandwidth(std::uint64_t bytes_per_second);

private:
    friend class client;
    std::shared_ptr<detail::handle_state> state_;
};

}  // namespace sluice
