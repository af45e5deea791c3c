#pragma once

#include "base/utc_time.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::emulator
{

std::string xml_time(utc_seconds t);  // 2026-03-30T08:05:30.000Z

// Writes the XML documents of OSS.
class xml_writer
{
public:
    xml_writer();

    void begin(std::string_view name);
    void end(std::string_view name);
    void text(std::string_view name, std::string_view value);
    void number(std::string_view name, std::uint64_t value);
    void boolean(std::string_view name, bool value);

    [[nodiscard]] std::string take();

private:
    std::string out_;
    unsigned depth_ = 0;
};

}  // namespace sluice::emulator
