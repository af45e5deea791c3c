#pragma once

#include "cli/exit_code.hpp"

#include <sluice/client.hpp>
#include <sluice/receipt.hpp>
#include <sluice/upload_event.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sluice::cli
{

struct report_style
{
    bool json = false;
    bool quiet = false;
};

// For people.
std::string receipt_text(std::string const& file, receipt const& r);

// What came of all the files of a run.
struct run_summary
{
    std::size_t uploaded = 0;
    std::size_t failed = 0;
    std::size_t not_begun = 0;
    std::uint64_t bytes = 0;  // of those uploaded
    double seconds = 0;
};
std::string summary_text(run_summary const& s);

// Text on standard error: why there is no receipt of this file, and what an upload tells meanwhile.
void tell_error(std::string const& file, error const& e);
void tell_event(std::string const& file, upload_event const& event);

// Also those beside which an upload went well: nothing else names them.
void tell_orphans(std::vector<orphaned_upload> const& all);

// tell_error(), and JSON if the style says so.
void report_error(std::string const& file, error const& e, report_style style);

// One error of the command itself, before any file: said once, with JSON for each of them.
void report_error(
    std::string const& command, std::vector<std::string> const& files, error const& e, report_style style);

}  // namespace sluice::cli
