#include "cli/run_upload.hpp"

#include "cli/interruption.hpp"
#include "cli/outcome_json.hpp"
#include "cli/printable.hpp"
#include "cli/standard_output.hpp"
#include "cli/temporary_folder.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/signal_set.hpp>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>

namespace sluice::cli
{

namespace
{

void append_row(std::string& out, std::string_view name, std::string_view value)
{
    out.append("  ").append(name).append(11 - name.size(), ' ').append(printable(value)).append("\n");
}

std::string receipt_text(std::string const& file, receipt const& r)
{
    auto const seconds = std::chrono::duration<double>(r.elapsed).count();
    auto const parts = r.parts == 0 ? "one put" : std::to_string(r.parts) + " parts";
    std::array<char, 32> elapsed{};
    std::snprintf(elapsed.data(), elapsed.size(), "%.2f s", seconds);

    auto out = printable(file) + '\n';
    if (!r.media_id.empty())
        append_row(out, "media id", r.media_id);
    if (!r.file_url.empty())
        append_row(out, "file url", r.file_url);
    append_row(out, "object", "oss://" + r.bucket + '/' + r.object_key + " at " + r.endpoint);
    append_row(out, "etag", r.etag);
    append_row(out, "crc64", std::to_string(r.crc64) + " (equal on both sides)");
    append_row(out, "bytes",
        std::to_string(r.bytes) + " in " + parts + ", " + std::to_string(r.retries) + " retries, " + elapsed.data() +
            " (" + size_text(seconds > 0 ? static_cast<double>(r.bytes) / seconds : 0) + "/s)");
    append_row(out, "request id", r.request_id);
    if (!r.callback_failure.empty())
        append_row(out, "callback", "failed: " + printable(r.callback_failure));
    return out;
}

void report_receipt(std::string const& file, receipt const& r, report_style style)
{
    write_output(style.json ? receipt_json(file, r) + '\n' : receipt_text(file, r));
}

error not_begun()
{
    error e(asio::error::operation_aborted, "not begun: the program was interrupted before");
    e.attempts = 0;
    return e;
}

// The worse of two: that a value was wrong says more than that an upload failed.
exit_code worse(exit_code a, exit_code b) noexcept
{
    return a == exit_code::wrong_usage || b == exit_code::all_uploaded ? a : b;
}

// Runs the jobs one after the other on one io_context; what a signal does is decided in one place.
class runner
{
public:
    runner(client_config config, std::vector<job> jobs, upload_options options, report_style style)
        : jobs_(std::move(jobs)),
          options_(options),
          style_(style),
          client_(std::make_unique<client>(context_.get_executor(), std::move(config))),
          signals_(context_, SIGINT, SIGTERM)
    {
        if (!is_ignored(SIGHUP))
            signals_.add(SIGHUP);
        interrupted_ = interruption::happened();
    }

    run_result run()
    {
        wait_for_signal();
        start_next();
        context_.run();
        return std::move(result_);
    }

private:
    void wait_for_signal()
    {
        signals_.async_wait([this](error_code failure, int) {
            if (failure)
                return;
            if (interrupted_)
            {
                temporary_folder::remove_all();
                std::_Exit(static_cast<int>(exit_code::interrupted));
            }
            interrupted_ = true;
            std::fputs(
                "\nsluice: interrupted, aborting the upload on the server (once more to quit at once)\n", stderr);
            wait_for_signal();
            cancel_.emit(asio::cancellation_type::terminal);
        });
    }

    void start_next()
    {
        if (next_ == jobs_.size() || interrupted_)
            return finish();
        auto& current = jobs_[next_];
        auto& source = source_.emplace(current.file);
        bar_.emplace(current.file, !style_.json && !style_.quiet);
        auto options = options_;
        options.on_progress = bar_->listener();
        auto done =
            asio::bind_cancellation_slot(cancel_.slot(), [this](result<receipt> r) { completed(std::move(r)); });
        if (auto const& grant = current.grant)
            client_->async_upload(*grant, source, options, std::move(done));
        else
            client_->async_upload_stream(current.request, source, options, std::move(done));
    }

    void completed(result<receipt> r)
    {
        bar_.reset();
        auto const& file = jobs_[next_].file;
        if (r)
        {
            report_receipt(file, *r, style_);
            result_.receipts.push_back(std::move(*r));
        }
        else
        {
            report_error(file, r.error(), style_);
            result_.code = worse(result_.code, exit_code_for(r.error()));
        }
        ++next_;
        start_next();
    }

    void finish()
    {
        for (; next_ < jobs_.size(); ++next_)
            report_error(jobs_[next_].file, not_begun(), style_);
        if (interrupted_)
            result_.code = exit_code::interrupted;
        signals_.cancel();
        client_.reset();  // its idle connections would keep run() waiting until they time out
    }

    std::vector<job> jobs_;
    upload_options options_;
    report_style style_;
    asio::io_context context_{1};
    std::unique_ptr<client> client_;
    asio::signal_set signals_;
    asio::cancellation_signal cancel_;
    std::optional<file_source> source_;
    std::optional<progress_bar> bar_;
    std::size_t next_ = 0;
    bool interrupted_ = false;
    run_result result_;
};

}  // namespace

void report_error(std::string const& file, error const& e, report_style style)
{
    report_error(file, {file}, e, style);
}

void report_error(std::string const& command, std::vector<std::string> const& files, error const& e, report_style style)
{
    std::fprintf(stderr, "sluice: %s: %s\n", printable(command).c_str(), printable(e.describe()).c_str());
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

run_result run_uploads(client_config config, std::vector<job> jobs, upload_options options, report_style style)
{
    return runner(std::move(config), std::move(jobs), options, style).run();
}

}  // namespace sluice::cli
