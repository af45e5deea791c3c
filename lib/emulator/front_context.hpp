#pragma once

#include "emulator/endpoint_names.hpp"
#include "emulator/fault_rules.hpp"
#include "emulator/message.hpp"
#include "emulator/request_counts.hpp"

#include <sluice/clock.hpp>
#include <sluice/random_source.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace sluice::emulator
{

// The functions that the user gave, and the rules. Once shut, none is asked any more, from whichever thread it was
// shut.
class hook_gate
{
public:
    hook_gate(std::function<void(std::string const&)> log, std::function<fault(request_event const&)> on_request,
        std::vector<fault_rule> rules = {});

    [[nodiscard]] bool logs() const noexcept { return log_ != nullptr; }
    void log(std::string const& line);
    fault ask(request_event const& event);
    void shut();

private:
    std::recursive_mutex mutex_;  // recursive: a hook may stop the server
    bool open_ = true;
    std::function<void(std::string const&)> log_;
    std::function<fault(request_event const&)> on_request_;
    fault_rules rules_;
};

// What all connections of a server share. On the server's strand.
struct front_context
{
    std::shared_ptr<clock> time;
    std::shared_ptr<random_source> random;
    std::chrono::milliseconds latency{0};
    std::chrono::milliseconds idle_timeout{0};  // zero: none
    std::vector<std::string> custom_hosts;      // lower case: these are OSS
    std::shared_ptr<hook_gate> hooks;
    std::shared_ptr<service> ims;
    std::shared_ptr<service> oss;

    std::uint64_t requests = 0;
    request_counts counts;
    std::atomic<unsigned> max_in_flight{0};

    // A host that names a service decides, on whichever port it came; else the port does.
    [[nodiscard]] service_kind kind_for(std::string_view authority, service_kind of_port) const;
    [[nodiscard]] service& of_kind(service_kind kind) const { return kind == service_kind::ims ? *ims : *oss; }
};

}  // namespace sluice::emulator
