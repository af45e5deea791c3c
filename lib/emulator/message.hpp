#pragma once

#include <sluice/emulator.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::emulator
{

// The head of a request as it came over the wire.
struct request_head
{
    std::string method;
    std::string target;                                       // raw: path[?query]
    std::vector<std::pair<std::string, std::string>> fields;  // names as sent, values as sent but for outer blanks
    bool tls = false;
    system_time arrived;  // by the emulator's clock

    // The first field of this name, in any case; empty when there is none.
    [[nodiscard]] std::string_view field(std::string_view name) const noexcept;
    [[nodiscard]] bool has_field(std::string_view name) const noexcept;
};

// The request target, taken apart and decoded.
struct parsed_target
{
    std::string path;                                        // decoded; a + stays a plus
    std::vector<std::pair<std::string, std::string>> query;  // decoded; a + is a space; no value and an empty one alike

    [[nodiscard]] std::string const* parameter(std::string_view name) const noexcept;
};
std::optional<parsed_target> parse_target(std::string_view target);  // nothing for a bad percent code

struct reply
{
    int status = 200;
    std::vector<std::pair<std::string, std::string>> fields;  // without Content-Length, Connection, Date, Server
    std::string body;
    // HEAD: the length to state although no body follows.
    std::optional<std::uint64_t> stated_length;
    std::string code{};  // of the error, for the log; empty: none
};

// One request being served: takes the body as it comes, then answers. Never throws on anything a client sends.
class operation
{
public:
    virtual ~operation() = default;

    // Told before consume() what to do to it. Faults of the connection and of its bytes are the front's affair.
    virtual void inject(fault::kind /*what*/) {}

    virtual void consume(std::span<std::byte const> block) = 0;

    // The whole body has come (or there is none). Called once.
    virtual reply finish() = 0;

    // What the log and the hooks say of it: known when begun.
    std::string service;
    std::string name;
    std::string bucket;
    std::string key;
    unsigned part_number = 0;
    std::string upload_id;
};

// A service: begins an operation for a request head. A refusal is an operation too, whose finish() is the error answer.
class service
{
public:
    virtual ~service() = default;
    virtual std::unique_ptr<operation> begin(request_head const& head) = 0;
};

}  // namespace sluice::emulator
