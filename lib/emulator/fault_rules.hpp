#pragma once

#include <sluice/emulator.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::emulator
{

// A kind of fault, and what it can be done to.
struct known_fault
{
    fault::kind what;
    std::string_view name;
    std::string_view service{};                      // empty: either
    std::span<std::string_view const> operations{};  // none: all

    [[nodiscard]] bool concerns(std::string_view of_service, std::string_view operation) const noexcept;
};

known_fault const* find_fault(std::string_view name) noexcept;  // null: there is none of that name
std::string_view name_of(fault::kind what) noexcept;            // empty for `none`
std::string names_of_faults();                                  // "a, b, c", all but `none`

bool is_known_operation(std::string_view name) noexcept;  // one that the emulator serves
std::string names_of_operations();                        // "a, b, c"

bool does_something(fault const& f) noexcept;

// Why no request can ever meet the rule; empty: some can.
std::string flaw_of(fault_rule const& rule);

// The rules of a server, with how many requests each has seen.
class fault_rules
{
public:
    explicit fault_rules(std::vector<fault_rule> rules);

    // What the first rule that is due does to the request; null when none is.
    fault const* choose(request_event const& event);

private:
    struct counted
    {
        fault_rule rule;
        std::uint64_t seen = 0;
    };
    std::vector<counted> rules_;
};

}  // namespace sluice::emulator
