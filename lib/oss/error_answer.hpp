#pragma once

#include "base/utc_time.hpp"
#include "net/transport.hpp"

#include <sluice/error.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace sluice::oss
{

// What the service says when it refuses. StringToSign and CanonicalRequest, which it sends back on a wrong signature,
// are not read: they can hold the security token.
struct error_answer
{
    std::string code;
    std::string message;
    std::string request_id;
    std::string host_id;
    std::string ec;             // finer than the code, such as 0002-00000504
    std::string recommend_doc;  // URL of a page about it
    std::optional<utc_seconds> server_time;
};

// An Error root. Nothing for anything else.
std::optional<error_answer> read_xml_error(std::string_view body);
// The same as JSON, with or without an object `Error` around it.
std::optional<error_answer> read_json_error(std::string_view body);

// What a refusal says: in its body, or for HEAD in x-oss-err; and what that leaves out, in the other headers.
// Never fails: where nothing is said, the code is made up from the status; of a body in no known form, a proxy's page
// mostly, a short part becomes the message and the code stays empty.
error_answer read_error(net::response const& from, bool to_head);

// For people: printable, with a recommendation. operation, resource, host and attempts are the caller's to fill in.
error to_error(error_answer const& said, int http_status);

}  // namespace sluice::oss
