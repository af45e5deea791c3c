#pragma once

#include <sluice/error.hpp>
#include <sluice/receipt.hpp>
#include <sluice/upload_session.hpp>

#include <string>
#include <string_view>

namespace sluice::cli
{

// One line for `--json`: the receipt of a file, or why there is none.
std::string receipt_json(std::string_view file, receipt const& r);
std::string error_json(std::string_view file, error const& e);

// What one share of a session came to, with the receipt once the object is complete.
std::string share_json(std::string_view file, session_share const& share);

// What `error_json` calls the error: the service's code where it gave one, else the library's name of it.
std::string code_name(error const& e);

}  // namespace sluice::cli
