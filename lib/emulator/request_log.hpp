#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::emulator
{

// What the log says of one request. Texts need to live only while the line is made.
struct log_entry
{
    std::uint64_t number = 0;
    std::uint64_t connection = 0;
    unsigned in_flight = 0;
    bool tls = false;
    std::string_view method;
    std::string_view target;
    std::string_view service;
    std::string_view operation;
    std::string_view bucket;
    std::string_view key;
    unsigned part_number = 0;
    std::string_view fault;  // injected; empty: none
    int status = 0;          // 0: no answer was sent
    std::string_view code;
    std::string_view request_id;
    std::uint64_t bytes_in = 0;   // content of the request
    std::uint64_t bytes_out = 0;  // content of the answer
    std::string_view user_agent;
    double duration = 0;  // ms
};

// One JSON object on one line, free of secrets.
std::string log_line(log_entry const& entry);

// The target with the values of signatures, tokens and secrets in its query replaced by ***.
std::string mask_secrets(std::string_view target);

}  // namespace sluice::emulator
