#pragma once

#include "net/attempt_log.hpp"
#include "upload/environment.hpp"
#include "upload/part_plan.hpp"
#include "upload/workshop.hpp"

#include <sluice/receipt.hpp>
#include <sluice/source.hpp>
#include <sluice/upload_grant.hpp>

namespace sluice::upload
{

// Opens the source and cuts it. To be done before a grant is asked for: what is wrong here needs no network to see.
result<part_plan> open_and_plan(source& from, upload_options const& options);

// An error of a deeper layer as the user of the upload wants to read it: it names the source.
error told_by(source const& from, error e);
error told_by(std::string const& name, error e);

// `e` ended an upload after the service had stored `another`, which is not what was sent: a bad object is there for
// everybody to read, so that the error says both.
error beside_another(error e, error const& another);

// The error of an upload's last step: it says what ended the upload, and holds no secret. A grant whose credential the
// service refuses is errc::grant_expired.
error as_told(workshop const& w, error e);

// Sends an opened source to where the grant leads. receipt::elapsed is left to the caller, who knows when it began.
// `limit`: in place of upload_options::bandwidth, for who changes it meanwhile; must outlive the upload.
// Cancellation: terminal, to be set up so that it arrives as error codes. Errors name the source.
asio::awaitable<result<receipt>> transfer(environment const& env, order what, toll& costs);

}  // namespace sluice::upload
