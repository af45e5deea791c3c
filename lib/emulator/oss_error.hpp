#pragma once

#include "emulator/message.hpp"

#include <boost/system/result.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::emulator
{

// A refusal, as OSS states it.
struct oss_error
{
    int status = 400;
    std::string code;
    std::string message;
    std::string ec{};                                            // the service's finer code; empty: none is known
    std::vector<std::pair<std::string, std::string>> details{};  // further elements of the body
    std::vector<std::pair<std::string, std::string>> fields{};   // further headers of the answer
};

// Only has_value(), *, -> and error() are used: nothing throws.
template <class T>
using oss_result = boost::system::result<T, oss_error>;

// Nothing when a check passes.
using oss_refusal = std::optional<oss_error>;

oss_error access_denied(std::string message, std::string ec = {});
oss_error invalid_argument(std::string message, std::string_view name, std::string_view value, std::string ec = {});
oss_error wrong_endpoint(std::string_view bucket, std::string_view region);
oss_error not_implemented(std::string_view what);
oss_error invalid_object_name(std::string_view key);
oss_error no_such_bucket(std::string_view bucket);
oss_error no_such_key(std::string_view key);
oss_error no_such_upload(std::string_view upload_id, std::string ec = "0042-00000002");
oss_error security_token_expired();
oss_error signature_does_not_match(
    std::string_view access_key_id, std::string_view provided, std::string_view string_to_sign, std::string ec);
oss_error file_already_exists(std::string_view key);
oss_error storage_failed(error const& e);

// The Error document. host: of the request, for HostId.
std::string error_body(oss_error const& e, std::string_view request_id, std::string_view host);

}  // namespace sluice::emulator
