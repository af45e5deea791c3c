#include "report/result.hpp"

#include "base/text.hpp"
#include "report/figures.hpp"

#include <simdjson.h>

#include <algorithm>
#include <stdexcept>

namespace bench_report
{

namespace
{

namespace dom = simdjson::dom;

std::string text_or_empty(dom::object const& o, std::string_view key)
{
    std::string_view value;
    return o[key].get(value) ? std::string() : std::string(value);
}

// A text as it is, a number in digits.
std::string as_text(dom::element const& value)
{
    std::string_view text;
    double number = 0;
    if (!value.get(text))
        return std::string(text);
    return !value.get(number) ? digits_of(number) : std::string();
}

std::vector<std::pair<std::string, std::string>> text_members(dom::object const& o, std::string_view key)
{
    std::vector<std::pair<std::string, std::string>> out;
    dom::object members;
    if (o[key].get(members))
        return out;
    for (auto const& [name, value] : members)
        out.emplace_back(name, as_text(value));
    return out;
}

std::vector<std::pair<std::string, double>> number_members(dom::object const& o, std::string_view key)
{
    std::vector<std::pair<std::string, double>> out;
    dom::object members;
    if (o[key].get(members))
        return out;
    for (auto const& [name, value] : members)
        if (double number = 0; !value.get(number))
            out.emplace_back(name, number);
    return out;
}

std::optional<spread> read_spread(dom::object const& o)
{
    spread s;
    if (o["median"].get(s.median) || o["min"].get(s.min) || o["max"].get(s.max))
        return std::nullopt;
    return s;
}

bench::ratio read_ratio(dom::object const& o)
{
    return {std::string(std::string_view(o["to"])), double(o["value"]), bool(o["limit"])};
}

bench::goal read_goal(dom::object const& o)
{
    return {std::string(std::string_view(o["what"])), std::string(std::string_view(o["bound"])), double(o["reached"]),
        bool(o["met"])};
}

result read_result(dom::object const& o)
{
    result r;
    r.program = std::string_view(o["program"]);
    r.name = std::string_view(o["name"]);
    r.unit = std::string_view(o["unit"]);
    r.group = text_or_empty(o, "group");
    if (r.group.empty())
        r.group = r.unit;
    r.parameters = text_members(o, "parameters");
    r.figure = read_spread(o);
    r.beside = number_members(o, "beside");
    for (dom::object const each : dom::array(o["ratios"]))
        r.ratios.push_back(read_ratio(each));
    for (dom::object const each : dom::array(o["goals"]))
        r.goals.push_back(read_goal(each));
    r.is_void = text_or_empty(o, "void");
    r.missing = text_or_empty(o, "missing");
    r.machine = text_members(o, "machine");
    return r;
}

}  // namespace

std::vector<result> read_results(std::string_view text, std::string_view origin)
{
    std::vector<result> out;
    dom::parser parser;
    for (std::size_t number = 1; !text.empty(); ++number)
    {
        auto const line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (sluice::trim(line).empty())
            continue;
        try
        {
            out.push_back(read_result(parser.parse(line.data(), line.size())));
        }
        catch (simdjson::simdjson_error const& e)
        {
            throw std::runtime_error(std::string(origin) + ':' + std::to_string(number) + ": " + e.what());
        }
    }
    return out;
}

bool more_is_better(std::string_view unit) noexcept
{
    return unit.ends_with("/s") || unit.starts_with('%') || unit.starts_with("share");
}

}  // namespace bench_report
