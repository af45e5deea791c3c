#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/outcome_json.hpp"
#include "cli/part_range_text.hpp"
#include "cli/progress_board.hpp"
#include "cli/report.hpp"
#include "cli/run_work.hpp"
#include "cli/standard_output.hpp"

#include <CLI/CLI.hpp>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace sluice::cli
{

namespace
{

std::string check_parts(std::string const& text)
{
    auto const range = parse_part_range(text);
    return range ? std::string() : range.error().message;
}

}  // namespace

void part_command::add_to(CLI::App& app)
{
    app.add_option("file", file, "the file of the session, whole")->required();
    app.add_option("--session", session, "file with what sluice session printed; -: standard input")->required();
    app.add_option("--parts", parts, "part numbers to upload: 7, 1-400 or 401-; default: all")
        ->check(CLI::Validator(check_parts, "RANGE"));
    object.add_credentials_to(app);
    app.add_option("--region", transport.region, "region for signature V4; default: from the endpoint or the grant");
    transport.add_reach_to(app);
    transport.add_pace_to(app);
    transport.add_quiet_to(app);
    app.footer("Parts that are there already and equal the file's are not sent again. Whoever finds all parts of the "
               "session there completes the object. Prints one line of JSON.");
}

namespace
{

error no_session_file(std::string const& path, int why)
{
    error_code const code(why, boost::system::system_category());
    error e(errc::invalid_argument, "--session: " + path + ": " + code.message());
    e.attempts = 0;
    return e;
}

result<std::string> read_session_text(std::string const& path)
{
    constexpr std::size_t most = 65536;
    int const from = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (from < 0)
        return no_session_file(path, errno);
    std::string text;
    std::array<char, 4096> block{};
    ::ssize_t count = 0;
    while (text.size() < most && (count = ::read(from, block.data(), block.size())) > 0)
        text.append(block.data(), static_cast<std::size_t>(count));
    int const failure = count < 0 ? errno : 0;
    if (from != STDIN_FILENO)
        ::close(from);
    if (failure != 0)
        return no_session_file(path, failure);
    return text;
}

result<upload_session> session_of(part_command const& command)
{
    auto const text = read_session_text(command.session);
    if (!text)
        return text.error();
    auto session = upload_session::from_json(trim(*text));
    if (!session)
        return blamed_on("--session", std::move(session).error());
    return session;
}

result<upload_grant> grant_for(part_command const& command, upload_session const& session)
{
    auto where = command.object;
    if (!where.given())
    {
        where.endpoint = session.endpoint;
        where.bucket = session.bucket;
        where.key = session.object_key;
    }
    return where.grant();
}

}  // namespace

exit_code part_command::run() const
{
    report_style const style{.json = true, .quiet = transport.quiet};
    auto const fail = [&](error const& e) {
        report_error(file, e, style);
        return exit_code_for(e);
    };
    auto config = object_options::to_config(transport);
    if (!config)
        return fail(config.error());
    auto const shared = session_of(*this);
    if (!shared)
        return fail(shared.error());
    auto const grant = grant_for(*this, *shared);
    if (!grant)
        return fail(grant.error());
    auto const range = parts.empty() ? part_range() : parse_part_range(parts).value();

    auto const send = [&](client& with) -> asio::awaitable<exit_code> {
        file_source source(file);
        progress_board board(!transport.quiet, 1, 0);
        progress_board::line line(board, file, std::nullopt);
        auto options = transport.to_upload_options();
        options.on_progress = line.listener();
        auto const share = co_await with.async_upload_share(*shared, *grant, source, range, options);
        board.make_way();
        if (!share)
            co_return fail(share.error());
        write_output(share_json(file, *share) + '\n');
        co_return exit_code::all_uploaded;
    };
    return run_work(std::move(*config), "the session and its parts stay", send);
}

}  // namespace sluice::cli
