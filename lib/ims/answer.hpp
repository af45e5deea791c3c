#pragma once

#include "ims/answer_text.hpp"
#include "ims/grant_decoder.hpp"
#include "ims/json_object.hpp"
#include "net/transport.hpp"

#include <sluice/api_response.hpp>
#include <sluice/credentials.hpp>
#include <sluice/upload_grant.hpp>

namespace sluice::ims
{

// Reads the successes of the API, with memory that it keeps from one to the next. Not thread-safe.
class answer_reader
{
public:
    // The grant in a success of CreateUploadStream. Errors: malformed_response, malformed_grant, and service_error for
    // a refusal that does not show in the status. `who`: what must not be in them.
    result<upload_grant> read_grant(net::response const& answer, credentials const& who);

    // Any operation's success: an object with a RequestId. Errors: malformed_response.
    result<api_response> read_response(net::response answer, credentials const& who);

private:
    result<upload_grant> grant_in(net::response const& answer, credentials const& who);

    answer_text text_;
    json_object_reader json_;
    grant_buffer grant_;
};

}  // namespace sluice::ims
