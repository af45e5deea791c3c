#include "emulator/ims_request.hpp"

#include "base/text.hpp"

namespace sluice::emulator
{

std::optional<ims_request> read_ims_request(
    request_head const& head, parsed_target const& target, std::string_view body, std::string_view request_id)
{
    ims_request request{target, head.tls, std::string(request_id)};
    auto const type = head.field("Content-Type");
    if (!equal_ignoring_case(trim(type.substr(0, type.find(';'))), "application/x-www-form-urlencoded"))
        return request;
    auto form = parse_target("/?" + std::string(body));
    if (!form)
        return std::nullopt;
    for (auto& parameter : form->query)
        request.parameters.query.push_back(std::move(parameter));
    return request;
}

}  // namespace sluice::emulator
