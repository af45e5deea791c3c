#pragma once

#include "emulator/oss_error.hpp"
#include "emulator/oss_operation.hpp"
#include "emulator/stored_object.hpp"

namespace sluice::emulator
{

// The optional headers and parameters of the operations that store something.

// Content-Type and its like, x-oss-meta-*, storage class, ACL and tags of a new object; refused when one is invalid.
oss_result<object_properties> read_properties(oss_request const& request);

// x-oss-server-side-encryption and its key, as every answer about a new object gives them back.
void add_encryption(reply& r, object_properties const& properties);

// x-oss-object-acl; `otherwise` when it is not there.
oss_result<std::string> read_acl(oss_request const& request, std::string otherwise);

// x-oss-forbid-overwrite: refuses when it is set and there is such an object.
oss_refusal check_overwrite(oss_request const& request, object_store const& store);

// x-oss-traffic-limit, in the header or the query: bounds are checked, bandwidth is not limited.
oss_refusal check_traffic_limit(oss_request const& request);

// x-oss-callback and x-oss-callback-var, in the header or the query.
oss_refusal check_callback(oss_request const& request);
// The emulator calls nobody: an object whose client asked for a callback is stored, and the callback has failed.
oss_refusal failed_callback(oss_request const& request);

// encoding-type: only "url" is known.
oss_refusal check_encoding_type(oss_request const& request);
[[nodiscard]] bool wants_url_encoding(oss_request const& request);
// A key-like value as it is to stand in the answer.
std::string encoded_as_wanted(oss_request const& request, std::string_view value);

}  // namespace sluice::emulator
