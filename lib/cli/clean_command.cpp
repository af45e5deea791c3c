#include "base/json_writer.hpp"
#include "base/utc_time.hpp"
#include "cli/commands.hpp"
#include "cli/open_upload_age.hpp"
#include "cli/outcome_json.hpp"
#include "cli/printable.hpp"
#include "cli/report.hpp"
#include "cli/run_work.hpp"
#include "cli/standard_output.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>

namespace sluice::cli
{

namespace
{

std::string check_age(std::string const& text)
{
    auto const age = parse_age(text);
    return age ? std::string() : age.error().message;
}

}  // namespace

void clean_command::add_to(CLI::App& app)
{
    object.add_bucket_to(app);
    app.add_option("--region", transport.region, "region for signature V4; default: from the endpoint");
    app.add_option("--prefix", prefix, "of the keys; default: all of the bucket");
    app.add_option("--older-than", older_than, "begun so long ago, such as 30m, 24h or 7d, by the service's clock")
        ->required()
        ->check(CLI::Validator(check_age, "TIME"));
    app.add_flag("--abort", abort, "abort them, with all their parts; without it they are listed only");
    transport.add_reach_to(app);
    app.add_flag("--json", transport.json, "one JSON object per upload on standard output, and nothing else there");
    app.footer("An upload that is still under way looks the same as one that was forgotten: give an age that none "
               "reaches. One whose date the service does not tell is never aborted.");
}

namespace
{

std::string date_of(open_upload const& one)
{
    return one.initiated ? format_iso8601(*one.initiated) : std::string();
}

std::string found_text(open_upload const& one, std::string_view outcome)
{
    auto const date = one.initiated ? date_of(one) : "no date known      ";
    return date + "  " + printable(one.object_key) + "  " + printable(one.upload_id) + std::string(outcome) + '\n';
}

std::string found_json(open_upload const& one, bool aborted, std::optional<error> const& failure)
{
    json_writer w;
    w.begin_object().member("object_key", one.object_key).member("upload_id", one.upload_id);
    w.key("initiated");
    one.initiated ? w.text(date_of(one)) : w.null();
    w.member("aborted", aborted);
    if (failure)
    {
        w.member("code", code_name(*failure));
        w.member("message", failure->reason());
        w.member("request_id", failure->request_id);
    }
    return w.end_object().str() + '\n';
}

struct tally
{
    std::size_t found = 0;
    std::size_t aborted = 0;
    std::size_t failed = 0;
};

void tell(tally const& all, clean_command const& command)
{
    auto text = "sluice: clean: " + std::to_string(all.found) + " open uploads older than " + command.older_than;
    if (command.abort)
        text += ", " + std::to_string(all.aborted) + " aborted, " + std::to_string(all.failed) + " not";
    else if (all.found != 0)
        text += "; nothing was aborted, for that say --abort";
    std::fprintf(stderr, "%s\n", text.c_str());
}

asio::awaitable<exit_code> clean(clean_command const& command, upload_grant const& access, client& with)
{
    auto const listed = co_await with.async_list_open_uploads(access, command.prefix);
    if (!listed)
    {
        tell_error("clean", listed.error());
        co_return exit_code_for(listed.error());
    }
    auto const age = parse_age(command.older_than).value();
    tally all;
    for (auto const& one : *listed)
    {
        bool const due = is_older(one, age);
        if (one.age && !due)
            continue;
        if (co_await is_interrupted())
            break;
        all.found += due ? 1 : 0;
        std::optional<error> failure;
        bool aborted = false;
        if (due && command.abort)
        {
            auto gone = co_await with.async_abort_upload(access, one);
            aborted = gone.has_value();
            if (!gone)
                failure = std::move(gone).error();
        }
        all.aborted += aborted ? 1 : 0;
        all.failed += failure ? 1 : 0;
        if (failure)
            tell_error(one.object_key, *failure);
        write_output(command.transport.json ? found_json(one, aborted, failure)
                                            : found_text(one, aborted   ? "  aborted"
                                                              : failure ? "  NOT aborted"
                                                                        : ""));
    }
    tell(all, command);
    co_return all.failed == 0 ? exit_code::all_uploaded : exit_code::failed;
}

}  // namespace

exit_code clean_command::run() const
{
    auto const fail = [](error const& e) {
        tell_error("clean", e);
        return exit_code_for(e);
    };
    auto config = object_options::to_config(transport);
    if (!config)
        return fail(config.error());
    auto const access = object.grant();
    if (!access)
        return fail(access.error());
    auto const work = [&](client& with) { return clean(*this, *access, with); };
    return run_work(std::move(*config), "what was not aborted yet stays", work);
}

}  // namespace sluice::cli
