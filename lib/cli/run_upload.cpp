#include "cli/run_upload.hpp"

#include "cli/outcome_json.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>

namespace sluice::cli
{

namespace
{

void report_receipt(std::string const& file, receipt const& r, report_style style)
{
    if (style.json)
    {
        std::puts(receipt_json(file, r).c_str());
        std::fflush(stdout);
        return;
    }
    auto const seconds = std::chrono::duration<double>(r.elapsed).count();
    std::printf("%s\n", file.c_str());
    if (!r.media_id.empty())
        std::printf("  media id   %s\n", r.media_id.c_str());
    if (!r.file_url.empty())
        std::printf("  file url   %s\n", r.file_url.c_str());
    std::printf("  object     oss://%s/%s at %s\n", r.bucket.c_str(), r.object_key.c_str(), r.endpoint.c_str());
    std::printf("  etag       %s\n  crc64      %llu (equal on both sides)\n", r.etag.c_str(),
        static_cast<unsigned long long>(r.crc64));
    std::printf("  bytes      %llu in %s, %u retries, %.2f s (%s/s)\n", static_cast<unsigned long long>(r.bytes),
        r.parts == 0 ? "one put" : (std::to_string(r.parts) + " parts").c_str(), r.retries, seconds,
        size_text(seconds > 0 ? static_cast<double>(r.bytes) / seconds : 0).c_str());
    std::printf("  request id %s\n", r.request_id.c_str());
    std::fflush(stdout);
}

// Runs the jobs one after the other on one io_context; what a signal does is decided in one place.
class runner
{
public:
    runner(client_config config, std::vector<job> jobs, upload_options options, report_style style)
        : jobs_(std::move(jobs)),
          options_(options),
          style_(style),
          client_(std::in_place, context_.get_executor(), std::move(config)),
          signals_(context_, SIGINT, SIGTERM)
    {}

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
                std::_Exit(static_cast<int>(exit_code::interrupted));
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
        source_.emplace(current.file);
        bar_.emplace(current.file, !style_.json && !style_.quiet);
        auto options = options_;
        options.on_progress = bar_->listener();
        auto done =
            asio::bind_cancellation_slot(cancel_.slot(), [this](result<receipt> r) { completed(std::move(r)); });
        if (current.grant)
            client_->async_upload(*current.grant, *source_, options, std::move(done));
        else
            client_->async_upload_stream(current.request, *source_, options, std::move(done));
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
            result_.code = exit_code::failed;
        }
        ++next_;
        start_next();
    }

    void finish()
    {
        if (interrupted_)
            result_.code = exit_code::interrupted;
        signals_.cancel();
        client_.reset();  // its idle connections would keep run() waiting until they time out
    }

    std::vector<job> jobs_;
    upload_options options_;
    report_style style_;
    asio::io_context context_{1};
    std::optional<client> client_;
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
    std::fprintf(stderr, "sluice: %s: %s\n", file.c_str(), e.describe().c_str());
    if (style.json)
    {
        std::puts(error_json(file, e).c_str());
        std::fflush(stdout);
    }
}

run_result run_uploads(client_config config, std::vector<job> jobs, upload_options options, report_style style)
{
    return runner(std::move(config), std::move(jobs), options, style).run();
}

}  // namespace sluice::cli
