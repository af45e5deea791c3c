#pragma once

#include "support/program.hpp"

#include <doctest/doctest.h>
#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace sluice::test
{

inline std::map<std::string, std::string> const some_credentials{{"ALIBABA_CLOUD_ACCESS_KEY_ID", "emulator-key-id"},
    {"ALIBABA_CLOUD_ACCESS_KEY_SECRET", "emulator-key-secret"}, {"ALIBABA_CLOUD_SECURITY_TOKEN", ""}};

inline std::map<std::string, std::string> const no_credentials{
    {"ALIBABA_CLOUD_ACCESS_KEY_ID", ""}, {"ALIBABA_CLOUD_ACCESS_KEY_SECRET", ""}, {"ALIBABA_CLOUD_SECURITY_TOKEN", ""}};

// Waits, by looking again and again, for what another process or thread will bring about.
template <class Predicate>
void wait_until(Predicate const& is_so)
{
    auto const give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!is_so())
    {
        REQUIRE_MESSAGE(std::chrono::steady_clock::now() < give_up, "the test waits in vain");
        std::this_thread::sleep_for(std::chrono::microseconds(500));
    }
}

// One JSON object on one line.
class json_line
{
public:
    explicit json_line(std::string const& text)
    {
        CAPTURE(text);
        CHECK(std::ranges::count(text, '\n') <= 1);
        REQUIRE(parser_.parse(text).get(root_) == simdjson::SUCCESS);
    }

    std::string text(char const* name)
    {
        std::string_view value;
        INFO("member ", name);
        REQUIRE(root_[name].get(value) == simdjson::SUCCESS);
        return std::string(value);
    }
    std::uint64_t number(char const* name) { return root_[name].get_uint64().value(); }
    bool flag(char const* name) { return root_[name].get_bool().value(); }
    bool has(char const* name) { return root_[name].error() == simdjson::SUCCESS; }

private:
    simdjson::dom::parser parser_;
    simdjson::dom::element root_;
};

inline std::vector<std::string> lines_of(std::string const& text)
{
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

}  // namespace sluice::test
