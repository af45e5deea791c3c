#pragma once

#include "cli/progress_bar.hpp"

#include <sluice/client.hpp>

#include <boost/asio/io_context.hpp>

#include <functional>
#include <string>
#include <vector>

namespace sluice::cli
{

// How a program run ends.
enum class exit_code
{
    all_uploaded = 0,
    failed = 1,
    wrong_usage = 2,
    interrupted = 130
};

struct job
{
    std::string file;
    std::optional<upload_grant> grant;  // nothing: ask IMS, with `request`
    stream_request request;
};

struct report_style
{
    bool json = false;
    bool quiet = false;
};

struct run_result
{
    exit_code code = exit_code::all_uploaded;
    std::vector<receipt> receipts;  // of those that went up, in the order of the jobs
};

// Uploads one file after the other, and reports each. The first SIGINT or SIGTERM cancels what runs, which aborts
// it on the server; a second one ends the program at once.
run_result run_uploads(client_config config, std::vector<job> jobs, upload_options options, report_style style);

// One error of the command itself, before any file: JSON or text, as the style says.
void report_error(std::string const& file, error const& e, report_style style);

}  // namespace sluice::cli
