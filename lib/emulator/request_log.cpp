#include "emulator/request_log.hpp"

#include "base/json_writer.hpp"
#include "base/percent.hpp"
#include "base/text.hpp"

namespace sluice::emulator
{

namespace
{

bool is_secret(std::string_view query_name)
{
    auto const decoded = uri_decode(query_name, plus::space);
    auto const name = to_lower(decoded ? std::string_view(*decoded) : query_name);
    return name.find("signature") != std::string::npos || name.find("token") != std::string::npos ||
           name.find("secret") != std::string::npos || name.find("auth") != std::string::npos;
}

void member_if_any(json_writer& json, std::string_view name, std::string_view value)
{
    if (!value.empty())
        json.member(name, value);
}

}  // namespace

std::string mask_secrets(std::string_view target)
{
    auto const question = target.find('?');
    std::string out(target.substr(0, question));
    if (question == std::string_view::npos)
        return out;
    auto rest = target.substr(question + 1);
    for (char separator = '?'; !rest.empty() || separator == '?'; separator = '&')
    {
        auto const item = rest.substr(0, rest.find('&'));
        auto const equals = item.find('=');
        out += separator;
        out += equals != std::string_view::npos && is_secret(item.substr(0, equals))
                   ? std::string(item.substr(0, equals + 1)) + "***"
                   : std::string(item);
        rest.remove_prefix(item.size() == rest.size() ? rest.size() : item.size() + 1);
    }
    return out;
}

std::string log_line(log_entry const& entry)
{
    json_writer json;
    json.begin_object();
    json.member("number", entry.number);
    json.member("connection", entry.connection);
    json.member("in_flight", std::uint64_t{entry.in_flight});
    json.key("tls").boolean(entry.tls);
    json.member("method", entry.method);
    json.member("target", mask_secrets(entry.target));
    json.member("service", entry.service);
    member_if_any(json, "operation", entry.operation);
    member_if_any(json, "bucket", entry.bucket);
    member_if_any(json, "key", entry.key);
    if (entry.part_number != 0)
        json.member("part_number", std::uint64_t{entry.part_number});
    member_if_any(json, "fault", entry.fault);
    json.key("status").number(std::int64_t{entry.status});
    member_if_any(json, "code", entry.code);
    member_if_any(json, "request_id", entry.request_id);
    json.member("bytes_in", entry.bytes_in);
    json.member("bytes_out", entry.bytes_out);
    member_if_any(json, "user_agent", entry.user_agent);
    json.key("duration_ms").number(entry.duration);
    json.end_object();
    return json.str();
}

}  // namespace sluice::emulator
