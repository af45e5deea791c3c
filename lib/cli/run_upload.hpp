#pragma once

#include "cli/report.hpp"

#include <sluice/client.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice::cli
{

struct job
{
    std::string file;                       // what it is called in all that is told of it
    std::unique_ptr<stream_source> stream;  // its bytes, when they are not the file's
    std::optional<upload_grant> grant;      // nothing: ask IMS, with `request`
    stream_request request;
    std::optional<error> refused;  // there is nothing to upload, and this is why
};

struct run_settings
{
    unsigned at_once = 1;      // jobs under way together
    bool keeps_parts = false;  // an interrupted upload is kept for a resume
    report_style style;
};

struct run_result
{
    exit_code code = exit_code::all_uploaded;
    std::vector<receipt> receipts;  // of those that went up, in the order of the jobs
};

// Uploads the files in their order, some at a time, and reports each: for people when it has ended, as JSON in the
// order of the jobs. The first SIGINT, SIGTERM or SIGHUP cancels what runs, which aborts it on the server or keeps it
// there, and the files that were not begun are reported as such; a second one ends the program at once.
run_result run_uploads(client_config config, std::vector<job> jobs, upload_options options, run_settings settings);

}  // namespace sluice::cli
