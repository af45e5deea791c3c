#pragma once

#include "emulator_fixture.hpp"
#include "support/patterned.hpp"

#include <sluice/sluice.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sluice::test
{

// An emulator that follows rules, and a client of it.
struct engine
{
    explicit engine(std::vector<char const*> const& rules, std::function<void(emulator::config&)> const& adjust = {})
        : world([&](emulator::config& c) {
              for (auto const* const rule : rules)
                  c.faults.push_back(emulator::parse_fault_rule(rule).value());
              if (adjust)
                  adjust(c);
          })
    {
        options.on_event = {
            .function = [](void* to, upload_event const& e) { static_cast<engine*>(to)->events.push_back(e.kind); },
            .argument = this};
    }

    template <class Work>
    void run(Work work, std::function<void(client_config&)> const& adjust = {})
    {
        asio::io_context context;
        auto config = world.config();
        config.retry.budget = 0;
        if (adjust)
            adjust(config);
        auto sdk = std::make_unique<client>(context.get_executor(), config);
        auto body = [&]() -> asio::awaitable<void> {
            co_await work(*sdk);
            stats = sdk->stats();
            sdk.reset();
        };
        asio::co_spawn(context, body(), [](std::exception_ptr const& thrown) { CHECK_FALSE(thrown); });
        context.run();
    }

    // One stream of the content, in parts.
    result<receipt> upload_stream()
    {
        result<receipt> done = error{};
        run([&](client& sdk) -> asio::awaitable<void> {
            memory_source from(asio::buffer(content));
            done = co_await sdk.async_upload_stream(stream_request("media"), from, options);
        });
        return done;
    }

    [[nodiscard]] std::uint64_t requests(std::string const& operation)
    {
        auto const all = world.server().requests();
        auto const at = all.find(operation);
        return at == all.end() ? 0 : at->second.requests;
    }
    [[nodiscard]] std::uint64_t most_writes_of_a_part()
    {
        std::uint64_t most = 0;
        for (auto const& part : world.server().part_writes())
            most = std::max(most, part.writes);
        return most;
    }
    [[nodiscard]] auto count(upload_event_kind kind) const { return std::count(events.begin(), events.end(), kind); }

    emulated world;
    upload_options options = in_parts();
    std::string content = patterned(1'000'000);
    std::vector<upload_event_kind> events;
    client_stats stats;
};

}  // namespace sluice::test
