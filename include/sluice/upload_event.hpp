#pragma once

#include <string_view>

namespace sluice
{

/// What an upload tells beside its progress.
enum class upload_event_kind
{
    resumed,                  ///< an earlier attempt's parts are used; those that differ are sent again
    checkpoint_ignored,       ///< a checkpoint is damaged, of something else, or its grant is no good: begun anew
    checkpoint_not_written,   ///< the upload goes on, but could not be resumed; or the file could not be removed
    will_not_finish_in_time,  ///< at the rate of now, the credential ends first; told once for each credential
    grant_renewed,            ///< the refresher gave a new credential, and the upload goes on with it
    grant_not_renewed,        ///< the refresher failed; it is asked again as long as the old credential lives
    restarted,                ///< the upload begins anew, under a new grant
    sent_again                ///< the service stored something else than was sent, so the whole object is sent again
};

/// One event. The text says what happened for people, and holds no secret.
struct upload_event
{
    upload_event_kind kind{};
    std::string_view text;  ///< valid during the call
};

/// A function pointer with its argument, as progress_listener.
struct event_listener
{
    void (*function)(void* argument, upload_event const& event) = nullptr;  ///< must not throw
    void* argument = nullptr;
};

}  // namespace sluice
