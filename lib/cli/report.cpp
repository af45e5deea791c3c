#include "cli/report.hpp"

#include "cli/outcome_json.hpp"
#include "cli/printable.hpp"
#include "cli/progress_line.hpp"
#include "cli/standard_output.hpp"

#include <array>
#include <chrono>
#include <cstdio>

namespace sluice::cli
{

namespace
{

void append_row(std::string& out, std::string_view name, std::string_view value)
{
    out.append("  ").append(name).append(11 - name.size(), ' ').append(printable(value)).append("\n");
}

std::string seconds_text(double seconds)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.2f s", seconds);
    return text.data();
}

}  // namespace

std::string receipt_text(std::string const& file, receipt const& r)
{
    auto const seconds = std::chrono::duration<double>(r.elapsed).count();
    auto const parts = r.parts == 0 ? "one put" : std::to_string(r.parts) + " parts";

    auto out = printable(file) + '\n';
    if (!r.media_id.empty())
        append_row(out, "media id", r.media_id);
    if (!r.file_url.empty())
        append_row(out, "file url", r.file_url);
    append_row(out, "object", "oss://" + r.bucket + '/' + r.object_key + " at " + r.endpoint);
    append_row(out, "etag", r.etag);
    append_row(out, "crc64", std::to_string(r.crc64) + " (equal on both sides)");
    append_row(out, "bytes",
        std::to_string(r.bytes) + " in " + parts + ", " + std::to_string(r.retries) + " retries, " +
            seconds_text(seconds) + " (" + rate_text(static_cast<double>(r.bytes), seconds) + ')');
    append_row(out, "request id", r.request_id);
    if (!r.callback_failure.empty())
        append_row(out, "callback", "failed: " + printable(r.callback_failure));
    return out;
}

std::string summary_text(run_summary const& s)
{
    auto out = std::to_string(s.uploaded) + " uploaded, " + std::to_string(s.failed) + " failed";
    if (s.not_begun != 0)
        out += ", " + std::to_string(s.not_begun) + " not begun";
    return out + ": " + std::to_string(s.bytes) + " bytes in " + seconds_text(s.seconds) + " (" +
           rate_text(static_cast<double>(s.bytes), s.seconds) + ")\n";
}

void tell_error(std::string const& file, error const& e)
{
    std::fprintf(stderr, "sluice: %s: %s\n", printable(file).c_str(), printable(e.describe()).c_str());
}

void tell_orphans(std::vector<orphaned_upload> const& all)
{
    for (auto const& one : all)
        std::fprintf(stderr, "sluice: an upload may be left open: oss://%s/%s, upload id %s\n",
            printable(one.bucket).c_str(), printable(one.object_key).c_str(),
            one.upload_id.empty() ? "unknown" : printable(one.upload_id).c_str());
}

void tell_event(std::string const& file, upload_event const& event)
{
    std::fprintf(stderr, "sluice: %s: %s\n", printable(file).c_str(), printable(event.text).c_str());
}

void report_error(std::string const& file, error const& e, report_style style)
{
    report_error(file, {file}, e, style);
}

void report_error(std::string const& command, std::vector<std::string> const& files, error const& e, report_style style)
{
    tell_error(command, e);
    if (!style.json)
        return;
    for (auto const& file : files)
        write_output(error_json(file, e) + '\n');
}

exit_code exit_code_for(error const& e)
{
    bool const refused = e.code == errc::invalid_argument || e.code == errc::no_credentials;
    return refused ? exit_code::wrong_usage : exit_code::failed;
}

exit_code worse(exit_code a, exit_code b) noexcept
{
    return a == exit_code::wrong_usage || b == exit_code::all_uploaded ? a : b;
}

}  // namespace sluice::cli
