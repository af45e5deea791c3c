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

// Uploads one file after the other, and reports each. The first SIGINT, SIGTERM or SIGHUP cancels what runs, which
// aborts it on the server, and the files that were not begun are reported as such; a second one ends the program at
// once.
run_result run_uploads(client_config config, std::vector<job> jobs, upload_options options, report_style style);

// Why there is no receipt of this file: text on standard error, and JSON if the style says so.
void report_error(std::string const& file, error const& e, report_style style);

// One error of the command itself, before any file: said once, with JSON for each of them.
void report_error(
    std::string const& command, std::vector<std::string> const& files, error const& e, report_style style);

// wrong_usage for what was refused before anybody was asked, else failed.
exit_code exit_code_for(error const& e);

}  // namespace sluice::cli
