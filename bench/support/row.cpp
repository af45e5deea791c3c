#include "support/row.hpp"

#include "base/json_writer.hpp"
#include "support/machine.hpp"

#include <cstdio>

namespace bench
{

namespace
{

using sluice::json_writer;

void write_figure(json_writer& w, samples const& figure)
{
    w.member("median", figure.median()).member("min", figure.min()).member("max", figure.max());
    w.member("rounds", figure.size());
}

void write_ratios(json_writer& w, std::vector<ratio> const& ratios)
{
    w.key("ratios").begin_array();
    for (auto const& r : ratios)
        w.begin_object().member("to", r.to).member("value", r.value).member("limit", r.is_limit).end_object();
    w.end_array();
}

void write_goals(json_writer& w, std::vector<goal> const& goals)
{
    w.key("goals").begin_array();
    for (auto const& g : goals)
        w.begin_object()
            .member("what", g.what)
            .member("bound", g.bound)
            .member("reached", g.reached)
            .member("met", g.met)
            .end_object();
    w.end_array();
}

void write_machine(json_writer& w)
{
    auto const& m = this_machine();
    w.key("machine").begin_object();
    w.member("processor", m.processor).member("processors", m.processors).member("kernel", m.kernel);
    w.member("compiler", m.compiler).member("openssl", m.openssl).member("boost", m.boost);
    w.member("simdjson", m.simdjson).end_object();
}

std::string bound_text(char const* sign, double bound)
{
    char text[32];
    std::snprintf(text, sizeof(text), "%s %.3g", sign, bound);
    return text;
}

}  // namespace

goal at_least(std::string what, double bound, double reached)
{
    return {std::move(what), bound_text(">=", bound), reached, reached >= bound};
}

goal at_most(std::string what, double bound, double reached)
{
    return {std::move(what), bound_text("<=", bound), reached, reached <= bound};
}

void emit(row const& r)
{
    json_writer w;
    w.begin_object().member("program", r.program).member("name", r.name).member("group", r.group);
    w.key("parameters").begin_object();
    for (auto const& [name, value] : r.parameters)
        w.member(name, value);
    w.end_object().member("unit", r.unit);
    if (!r.figure.empty())
        write_figure(w, r.figure);
    w.key("beside").begin_object();
    for (auto const& [name, value] : r.beside)
        w.member(name, value);
    w.end_object();
    write_ratios(w, r.ratios);
    write_goals(w, r.goals);
    if (!r.is_void.empty())
        w.member("void", r.is_void);
    if (!r.missing.empty())
        w.member("missing", r.missing);
    write_machine(w);
    w.end_object();
    std::printf("%s\n", w.str().c_str());
    std::fflush(stdout);
}

}  // namespace bench
