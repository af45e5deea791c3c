#pragma once

#include "upload/environment.hpp"
#include "upload/part_plan.hpp"
#include "upload/workshop.hpp"

#include <sluice/client.hpp>
#include <sluice/receipt.hpp>
#include <sluice/source.hpp>
#include <sluice/upload_grant.hpp>

#include <vector>

namespace sluice::upload
{

// Opens the source and cuts it. To be done before a grant is asked for: what is wrong here needs no network to see.
result<part_plan> open_and_plan(source& from, upload_options const& options);

// An error of a deeper layer as the user of the upload wants to read it: it names the source.
error told_by(source const& from, error e);
error told_by(std::string const& name, error e);

// The error of an upload's last step: it says what ended the upload, and holds no secret.
error as_told(workshop const& w, error e);

// What one upload cost, whether it succeeded or not.
struct toll
{
    unsigned retries = 0;
    std::vector<orphaned_upload> orphans;
};

// Sends an opened source to where the grant leads. receipt::elapsed is left to the caller, who knows when it began.
// Cancellation: terminal, to be set up so that it arrives as error codes. Errors name the source.
asio::awaitable<result<receipt>> transfer(environment const& env, order what, toll& costs);

}  // namespace sluice::upload
