#include "cli/commands.hpp"
#include "cli/printable.hpp"
#include "cli/standard_output.hpp"
#include "cli/work_context.hpp"

#include <sluice/version.hpp>

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>

namespace
{

using namespace sluice::cli;

std::string usage_error_text(CLI::App const* app, CLI::Error const& e)
{
    auto const chosen = app->get_subcommands();
    auto const command = chosen.empty() ? std::string() : chosen.front()->get_name() + ' ';
    return "sluice: " + printable(e.what()) + "\nRun sluice " + command + "--help for more information.\n";
}

int run(int argc, char** argv)
{
    CLI::App app("Gets media streams into Alibaba Cloud: asks IMS for a grant and uploads to OSS.", "sluice");
    app.set_version_flag("--version", std::string("sluice ") + sluice::version);
    app.get_formatter()->column_width(34);
    app.failure_message(&usage_error_text);

    upload_command upload;
    put_command put;
    pipe_command pipe;
    session_command session;
    part_command part;
    clean_command clean;
    decode_command decode;
    emulator_command emulator;
    demo_command demo;
    auto* const upload_app =
        app.add_subcommand("upload", "create a stream for each file and upload it, also of folders");
    auto* const put_app =
        app.add_subcommand("put", "upload one file with a grant obtained elsewhere, or to a bucket of one's own");
    auto* const pipe_app = app.add_subcommand("pipe", "upload standard input as it comes, like upload or put");
    auto* const session_app = app.add_subcommand("session", "begin the upload of one file by several processes");
    auto* const part_app = app.add_subcommand("part", "upload a range of the parts of such a file");
    auto* const clean_app = app.add_subcommand("clean", "list or abort the multipart uploads that nobody ended");
    auto* const decode_app = app.add_subcommand("decode", "show what UploadAddress and UploadAuth say, secrets masked");
    auto* const emulator_app = app.add_subcommand("emulator", "run a loopback IMS and OSS for tests");
    auto* const demo_app = app.add_subcommand("demo", "upload a file to an emulator in this process and check it");
    upload.add_to(*upload_app);
    put.add_to(*put_app);
    pipe.add_to(*pipe_app);
    session.add_to(*session_app);
    part.add_to(*part_app);
    clean.add_to(*clean_app);
    decode.add_to(*decode_app);
    emulator.add_to(*emulator_app);
    demo.add_to(*demo_app);

    try
    {
        app.parse(argc, argv);
        if (app.get_subcommands().empty())
            throw CLI::RequiredError("A subcommand");
    }
    catch (CLI::ParseError const& e)
    {
        return app.exit(e) == 0 ? 0 : static_cast<int>(exit_code::wrong_usage);
    }

    auto const chosen = upload_app->parsed()     ? upload.run()
                        : put_app->parsed()      ? put.run()
                        : pipe_app->parsed()     ? pipe.run()
                        : session_app->parsed()  ? session.run()
                        : part_app->parsed()     ? part.run()
                        : clean_app->parsed()    ? clean.run()
                        : decode_app->parsed()   ? decode.run()
                        : emulator_app->parsed() ? emulator.run()
                                                 : demo.run();
    return static_cast<int>(chosen);
}

}  // namespace

int main(int argc, char** argv)
{
    // A reader that goes away shows as a failed write: it must not end the program before it has aborted its uploads.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);  // likewise a file that may not grow
    reserve_standard_descriptors();

    int code = static_cast<int>(exit_code::failed);
    try
    {
        code = run(argc, argv);
    }
    catch (std::exception const& e)
    {
        std::fprintf(stderr, "sluice: %s\n", printable(e.what()).c_str());
    }
    if (!output_is_complete() && code == 0)
        code = static_cast<int>(exit_code::failed);
    if (work_context::left_something())
        std::_Exit(code);
    return code;
}
