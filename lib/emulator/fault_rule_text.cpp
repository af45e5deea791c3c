// The form in which a person writes a fault_rule.
#include "emulator/fault_rules.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace sluice::emulator
{

namespace
{

constexpr std::uint64_t longest_delay = 3'600'000;  // ms: an hour
constexpr std::uint64_t most_requests = 1'000'000'000;

constexpr std::string_view names_of_settings =
    "service, key, part, skip, times, status, code, delay, x-oss-qos-delay-time, x-acs-retry-after, Retry-After";

// Header fields by which a service says how long to wait, as they are sent.
constexpr std::array<std::string_view, 3> waiting_fields{"x-oss-qos-delay-time", "x-acs-retry-after", "Retry-After"};

error no_rule(std::string_view rule, std::string const& why)
{
    return {errc::invalid_argument, "\"" + std::string(rule) + "\" is no rule for faults: " + why};
}

// Reads a rule word by word. Each step gives what is wrong; empty: nothing.
class rule_reader
{
public:
    std::string take(std::string_view word)
    {
        auto const equals = word.find('=');
        return equals == std::string_view::npos ? take_name(word)
                                                : take_setting(word.substr(0, equals), word.substr(equals + 1));
    }

    std::string finish()
    {
        if (answer_setting_.empty())
            return {};
        if (rule_.effect.what == fault::kind::none)
            rule_.effect.what = fault::kind::answer_status;
        if (rule_.effect.what == fault::kind::answer_status)
            return {};
        return answer_setting_ + " is for answer_status, and not for " + std::string(name_of(rule_.effect.what));
    }

    fault_rule rule_;

private:
    std::string take_name(std::string_view word)
    {
        if (is_known_operation(word))
        {
            if (!rule_.operation.empty())
                return "it names two operations, " + rule_.operation + " and " + std::string(word);
            rule_.operation = word;
            return {};
        }
        auto const* const known = find_fault(word);
        if (known == nullptr)
            return '"' + std::string(word) + "\" is neither an operation (" + names_of_operations() +
                   ") nor a fault (" + names_of_faults() + "), nor one of " + std::string(names_of_settings) +
                   " with a value behind an =";
        if (rule_.effect.what != fault::kind::none)
            return "it names two faults, " + std::string(name_of(rule_.effect.what)) + " and " + std::string(word);
        rule_.effect.what = known->what;
        return {};
    }

    std::string take_setting(std::string_view name, std::string_view value)
    {
        if (!seen_.insert(to_lower(name)).second)
            return "it says " + std::string(name) + " twice";
        if (value.empty())
            return "there is no value behind " + std::string(name) + '=';
        if (name == "service")
            rule_.service = value;
        else if (name == "key")
            rule_.key = value;
        else if (name == "part")
            return take_number(name, value, 1, 10'000, rule_.part_number);
        else if (name == "skip")
            return take_number(name, value, 0, most_requests, rule_.skip);
        else if (name == "times")
            return take_number(name, value, 0, most_requests, rule_.times);
        else if (name == "delay")
            return take_delay(value);
        else
            return take_answer_setting(name, value);
        return {};
    }

    std::string take_answer_setting(std::string_view name, std::string_view value)
    {
        auto const field =
            std::ranges::find_if(waiting_fields, [&](auto known) { return equal_ignoring_case(known, name); });
        if (name != "status" && name != "code" && field == waiting_fields.end())
            return '"' + std::string(name) + "\" is nothing that can be set: there are " +
                   std::string(names_of_settings);
        answer_setting_ = name;
        if (name == "status")
            return take_number(name, value, 200, 599, rule_.effect.status);
        if (!is_visible_ascii(value))
            return std::string(name) + " wants printable characters without blanks";
        if (name == "code")
            rule_.effect.code = value;
        else
            rule_.effect.fields.emplace_back(*field, value);
        return {};
    }

    std::string take_delay(std::string_view value)
    {
        std::uint64_t milliseconds = 0;
        auto refusal = take_number("delay", value, 0, longest_delay, milliseconds);
        rule_.effect.delay = std::chrono::milliseconds(milliseconds);
        return refusal;
    }

    template <class Number>
    static std::string take_number(
        std::string_view name, std::string_view value, std::uint64_t least, std::uint64_t most, Number& into)
    {
        auto const number = parse_number<std::uint64_t>(value);
        if (!number || *number < least || *number > most)
            return std::string(name) + " wants a number from " + std::to_string(least) + " to " + std::to_string(most) +
                   ", not \"" + std::string(value) + '"';
        into = static_cast<Number>(*number);
        return {};
    }

    std::set<std::string> seen_;
    std::string answer_setting_;  // one of those that only an answer has
};

}  // namespace

result<fault_rule> parse_fault_rule(std::string_view text)
{
    rule_reader reader;
    for (auto rest = text;;)
    {
        auto const comma = rest.find(',');
        if (auto const wrong = reader.take(rest.substr(0, comma)); !wrong.empty())
            return no_rule(text, wrong);
        if (comma == std::string_view::npos)
            break;
        rest.remove_prefix(comma + 1);
    }
    if (auto const wrong = reader.finish(); !wrong.empty())
        return no_rule(text, wrong);
    if (auto const wrong = flaw_of(reader.rule_); !wrong.empty())
        return no_rule(text, wrong);
    return std::move(reader.rule_);
}

}  // namespace sluice::emulator
