#include "emulator/fault_rules.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sluice::emulator
{

namespace
{

using kind = fault::kind;

constexpr unsigned highest_part_number = 10'000;
constexpr int lowest_status = 200;
constexpr int highest_status = 599;

constexpr std::array<std::string_view, 17> served_operations{"CreateUploadStream", "CreateUploadMedia",
    "RefreshUploadMedia", "RegisterMediaStream", "GetMediaInfo", "DeleteMediaInfos", "PutObject", "AppendObject",
    "InitiateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "AbortMultipartUpload", "ListParts",
    "ListMultipartUploads", "HeadObject", "GetObject", "DeleteObject"};
constexpr std::size_t ims_operations = 6;  // the first ones

constexpr std::array<std::string_view, 6> stating_crc{
    "PutObject", "AppendObject", "UploadPart", "CompleteMultipartUpload", "HeadObject", "GetObject"};
constexpr std::array<std::string_view, 3> storing_a_body{"PutObject", "AppendObject", "UploadPart"};
constexpr std::array<std::string_view, 1> completing{"CompleteMultipartUpload"};
constexpr std::array<std::string_view, 1> storing_a_part{"UploadPart"};
constexpr std::array<std::string_view, 4> naming_an_upload{
    "UploadPart", "CompleteMultipartUpload", "AbortMultipartUpload", "ListParts"};

constexpr std::array<known_fault, 15> faults{{
    {kind::reset_before, "reset_before"},
    {kind::reset_after, "reset_after"},
    {kind::close_after, "close_after"},
    {kind::answer_status, "answer_status"},
    {kind::answer_garbage, "answer_garbage"},
    {kind::answer_half, "answer_half"},
    {kind::answer_html, "answer_html"},
    {kind::never_answer, "never_answer"},
    {kind::wrong_crc, "wrong_crc", "oss", stating_crc},
    {kind::corrupt_body, "corrupt_body", "oss", storing_a_body},
    {kind::corrupt_object, "corrupt_object", "oss", completing},
    {kind::drop_part, "drop_part", "oss", storing_a_part},
    {kind::forget_upload, "forget_upload", "oss", naming_an_upload},
    {kind::expire_token, "expire_token", "oss"},
    {kind::expire_all_tokens, "expire_all_tokens"},
}};

bool is_one_of(std::span<std::string_view const> names, std::string_view name) noexcept
{
    return std::ranges::find(names, name) != names.end();
}

std::string joined(std::span<std::string_view const> names)
{
    std::string text;
    for (auto const name : names)
        text.append(text.empty() ? "" : ", ").append(name);
    return text;
}

bool is_ims_operation(std::string_view operation) noexcept
{
    return is_one_of(std::span(served_operations).first(ims_operations), operation);
}

std::string_view service_of_operation(std::string_view operation) noexcept
{
    return is_ims_operation(operation) ? "ims" : "oss";
}

known_fault const* fault_of_kind(kind what) noexcept
{
    auto const* const found = std::ranges::find(faults, what, &known_fault::what);
    return found == faults.end() ? nullptr : found;
}

bool matches(fault_rule const& rule, request_event const& event) noexcept
{
    auto const allows = [](std::string const& wanted, std::string_view is) { return wanted.empty() || wanted == is; };
    auto const* const known = fault_of_kind(rule.effect.what);
    return allows(rule.service, event.service) && allows(rule.operation, event.operation) &&
           allows(rule.key, event.key) && (rule.part_number == 0 || rule.part_number == event.part_number) &&
           (known == nullptr || known->concerns(event.service, event.operation));
}

}  // namespace

bool known_fault::concerns(std::string_view of_service, std::string_view operation) const noexcept
{
    return (service.empty() || service == of_service) && (operations.empty() || is_one_of(operations, operation));
}

std::string names_of_operations()
{
    return joined(served_operations);
}

std::string names_of_faults()
{
    std::array<std::string_view, faults.size()> names;
    std::ranges::transform(faults, names.begin(), &known_fault::name);
    return joined(names);
}

bool is_known_operation(std::string_view name) noexcept
{
    return is_one_of(served_operations, name);
}

known_fault const* find_fault(std::string_view name) noexcept
{
    auto const* const found = std::ranges::find(faults, name, &known_fault::name);
    return found == faults.end() ? nullptr : found;
}

std::string_view name_of(fault::kind what) noexcept
{
    auto const* const known = fault_of_kind(what);
    return known == nullptr ? std::string_view{} : known->name;
}

bool does_something(fault const& f) noexcept
{
    return f.what != fault::kind::none || f.delay != f.delay.zero();
}

std::string flaw_of(fault_rule const& rule)
{
    if (!rule.service.empty() && rule.service != "ims" && rule.service != "oss")
        return '"' + rule.service + "\" is no service: those are ims, oss";
    if (!rule.operation.empty() && !is_one_of(served_operations, rule.operation))
        return '"' + rule.operation + "\" is no operation of the emulator: those are " + names_of_operations();
    if (!rule.operation.empty() && !rule.service.empty() && rule.service != service_of_operation(rule.operation))
        return rule.operation + " is no operation of " + rule.service;
    if (rule.part_number > highest_part_number)
        return "a part number is 1 to 10000, not " + std::to_string(rule.part_number);
    if (rule.part_number != 0 && !rule.operation.empty() && rule.operation != "UploadPart")
        return rule.operation + " has no part number";
    if (!rule.key.empty() && (rule.service == "ims" || is_ims_operation(rule.operation)))
        return "operations of ims have no key";
    if (!does_something(rule.effect))
        return "it says no fault: those are delay, " + names_of_faults();
    if (rule.effect.what == kind::answer_status &&
        (rule.effect.status < lowest_status || rule.effect.status > highest_status))
        return "a status is 200 to 599, not " + std::to_string(rule.effect.status);
    if (rule.effect.delay < rule.effect.delay.zero())
        return "a delay is not negative";

    auto const* const known = fault_of_kind(rule.effect.what);
    if (known == nullptr)
        return {};
    if (!rule.operation.empty() && !known->concerns(service_of_operation(rule.operation), rule.operation))
        return std::string(known->name) + " cannot be done to " + rule.operation + ": it is for " +
               (known->operations.empty() ? "operations of " + std::string(known->service) : joined(known->operations));
    if (!rule.service.empty() && !known->service.empty() && rule.service != known->service)
        return std::string(known->name) + " is for operations of " + std::string(known->service);
    return {};
}

fault_rules::fault_rules(std::vector<fault_rule> rules)
{
    for (auto& rule : rules)
        rules_.push_back({std::move(rule)});
}

fault const* fault_rules::choose(request_event const& event)
{
    fault const* chosen = nullptr;
    for (auto& [rule, seen] : rules_)
    {
        if (!matches(rule, event))
            continue;
        ++seen;
        bool const due = seen > rule.skip && (rule.times == 0 || seen - rule.skip <= rule.times);
        if (due && chosen == nullptr)
            chosen = &rule.effect;
    }
    return chosen;
}

}  // namespace sluice::emulator
