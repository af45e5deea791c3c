#include "cli/run_upload.hpp"

#include "cli/outcome_json.hpp"
#include "cli/progress_board.hpp"
#include "cli/signal_watch.hpp"
#include "cli/standard_output.hpp"
#include "cli/work_context.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

namespace sluice::cli
{

namespace
{

error not_begun()
{
    error e(asio::error::operation_aborted, "not begun: the program was interrupted before");
    e.attempts = 0;
    return e;
}

// For what is shown of the progress before the upload itself has looked.
std::uint64_t size_of_file(std::string const& path)
{
    std::error_code failure;
    auto const size = std::filesystem::file_size(path, failure);
    return failure ? 0 : size;
}

std::uint64_t size_of_all(std::vector<job> const& jobs)
{
    std::uint64_t sum = 0;
    if (jobs.size() > 1)  // one has no line for the total
        for (auto const& one : jobs)
            sum += one.refused || one.stream ? 0 : size_of_file(one.file);
    return sum;
}

// Runs the jobs on one io_context; what a signal does is decided in one place.
class runner
{
public:
    runner(client_config config, std::vector<job> jobs, upload_options options, run_settings settings)
        : jobs_(std::move(jobs)),
          lines_(jobs_.size()),
          receipts_(jobs_.size()),
          options_(options),
          settings_(settings),
          client_(std::make_unique<client>(context_.get().get_executor(), std::move(config))),
          signals_(context_.get(), [this] { interrupt(); }),
          board_(!settings_.style.json && !settings_.style.quiet, jobs_.size(), size_of_all(jobs_))
    {}

    run_result run()
    {
        auto const wanted = std::clamp<std::size_t>(settings_.at_once, 1, std::max<std::size_t>(jobs_.size(), 1));
        for (std::size_t i = 0; i < wanted; ++i)
            lanes_.push_back(std::make_unique<lane>(*this));
        under_way_ = lanes_.size();
        for (auto const& one : lanes_)
            start_next(*one);
        context_.run();
        return std::move(result_);
    }

private:
    // Where one file after the other goes up.
    struct lane
    {
        explicit lane(runner& r) : all(&r) {}

        runner* all;
        std::size_t at = 0;
        asio::cancellation_signal cancel;
        std::optional<file_source> source;
        std::optional<progress_board::line> line;
    };

    void interrupt()
    {
        board_.make_way();
        std::fprintf(stderr, "\nsluice: interrupted, %s (once more to quit at once)\n",
            settings_.keeps_parts ? "keeping what was uploaded on the server, for --resume"
                                  : "aborting the upload on the server");
        for (auto const& one : lanes_)
            one->cancel.emit(asio::cancellation_type::terminal);
    }

    void start_next(lane& on)
    {
        while (next_ < jobs_.size() && !signals_.interrupted())
        {
            auto const number = next_++;
            auto const& why_not = jobs_[number].refused;
            if (!why_not)
                return start(on, number);
            ended(number, *why_not);
        }
        if (--under_way_ == 0)
            finish();
    }

    void start(lane& on, std::size_t number)
    {
        auto const& current = jobs_[number];
        on.at = number;
        auto options = options_;
        auto const tell = [](void* where, upload_event const& event) {
            auto const& mine = *static_cast<lane*>(where);
            mine.all->board_.make_way();
            tell_event(mine.all->jobs_[mine.at].file, event);
        };
        options.on_event = {tell, &on};
        auto done = asio::bind_cancellation_slot(on.cancel.slot(), [this, &on](result<receipt> r) {
            on.line.reset();
            on.source.reset();
            ended(on.at, std::move(r));
            start_next(on);
        });
        if (current.stream)
        {
            on.line.emplace(board_, current.file, std::nullopt);
            options.on_progress = on.line->listener();
            upload(*current.stream, current, options, std::move(done));
        }
        else
        {
            on.line.emplace(board_, current.file, size_of_file(current.file));
            options.on_progress = on.line->listener();
            upload(on.source.emplace(current.file), current, options, std::move(done));
        }
    }

    template <class Source, class Handler>
    void upload(Source& from, job const& what, upload_options const& options, Handler done)
    {
        if (what.grant)
            client_->async_upload(*what.grant, from, options, std::move(done));
        else
            client_->async_upload_stream(what.request, from, options, std::move(done));
    }

    void ended(std::size_t number, result<receipt> r)
    {
        auto const& file = jobs_[number].file;
        board_.make_way();
        if (!r)
        {
            tell_error(file, r.error());
            result_.code = worse(result_.code, exit_code_for(r.error()));
            ++summary_.failed;
        }
        else if (!settings_.style.json)
            write_output(receipt_text(file, *r));
        if (settings_.style.json)
            print_in_order(number, r ? receipt_json(file, *r) : error_json(file, r.error()));
        if (!r)
            return;
        ++summary_.uploaded;
        summary_.bytes += r->bytes;
        receipts_[number] = *std::move(r);
    }

    // A line waits until those of all files before it are there.
    void print_in_order(std::size_t number, std::string line)
    {
        lines_[number] = std::move(line);
        for (; printed_ < lines_.size(); ++printed_)
        {
            auto& next = lines_[printed_];
            if (!next)
                return;
            write_output(*next + '\n');
            next = std::string();  // its memory is of no more use
        }
    }

    void finish()
    {
        for (; next_ < jobs_.size(); ++next_)
        {
            tell_error(jobs_[next_].file, not_begun());
            ++summary_.not_begun;
            if (settings_.style.json)
                print_in_order(next_, error_json(jobs_[next_].file, not_begun()));
        }
        if (signals_.interrupted())
            result_.code = exit_code::interrupted;
        board_.make_way();
        summary_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
        if (jobs_.size() > 1 && !settings_.style.json)
            write_output(summary_text(summary_));
        for (auto& r : receipts_)
            if (r)
                result_.receipts.push_back(*std::move(r));
        signals_.stop();
        tell_orphans(client_->stats().orphans);
        client_.reset();  // its idle connections would keep run() waiting until they time out
        context_.work_is_done();
    }

    work_context context_;  // before the jobs, for a stream may hold a descriptor of it
    std::vector<job> jobs_;
    std::vector<std::optional<std::string>> lines_;
    std::size_t printed_ = 0;
    std::vector<std::optional<receipt>> receipts_;
    upload_options options_;
    run_settings settings_;
    std::unique_ptr<client> client_;
    signal_watch signals_;
    progress_board board_;
    std::vector<std::unique_ptr<lane>> lanes_;
    std::size_t under_way_ = 0;  // lanes
    std::size_t next_ = 0;
    run_summary summary_;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
    run_result result_;
};

}  // namespace

run_result run_uploads(client_config config, std::vector<job> jobs, upload_options options, run_settings settings)
{
    return runner(std::move(config), std::move(jobs), options, settings).run();
}

}  // namespace sluice::cli
