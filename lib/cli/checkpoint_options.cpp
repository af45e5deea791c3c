#include "cli/checkpoint_options.hpp"

#include "cli/printable.hpp"

#include <CLI/CLI.hpp>

#include <cerrno>
#include <sys/stat.h>

namespace sluice::cli
{

namespace
{

error no_folder(std::string const& path, std::string const& text)
{
    error e(errc::invalid_argument, "--checkpoint: " + printable(path) + ": " + text);
    e.attempts = 0;
    return e;
}

}  // namespace

void checkpoint_options::add_to(CLI::App& command)
{
    auto* const where = command.add_option("--checkpoint", folder,
        "folder that remembers the uploads under way, so that a later run can go on with them; made when absent");
    where->check(CLI::Validator(
        [](std::string const& given) { return given.empty() ? std::string("no folder is named") : std::string(); },
        "FOLDER"));
    command
        .add_flag("--resume", resume,
            "go on where an earlier run with this checkpoint folder was stopped or killed; without it files begin anew")
        ->needs(where);
}

void checkpoint_options::add_keep_grant_to(CLI::App& command)
{
    command
        .add_flag("--keep-grant", keep_grant,
            "write the stream's temporary credential, secrets included, into the checkpoint: without it a stream can't "
            "be resumed, for another grant is for another object")
        ->needs(command.get_option("--checkpoint"));
}

result<void> checkpoint_options::make_folder() const
{
    if (folder.empty())
        return {};
    constexpr ::mode_t for_this_user_alone = 0700;
    if (::mkdir(folder.c_str(), for_this_user_alone) == 0)
        return {};
    auto const why = error_code(errno, boost::system::system_category());
    struct stat status{};
    if (why != boost::system::errc::file_exists)
        return no_folder(folder, why.message());
    if (::stat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
        return no_folder(folder, "it is not a folder");
    return {};
}

void checkpoint_options::apply_to(upload_options& options) const
{
    options.checkpoint = folder;
    options.resume = resume;
    options.keep_grant = keep_grant;
}

}  // namespace sluice::cli
