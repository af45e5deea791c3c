#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice
{

// Writes one JSON value on one line. Commas are set by themselves. Bytes that are not UTF-8 become U+FFFD.
//
//   json_writer w;
//   w.begin_object().key("bytes").number(5).key("parts").begin_array().text("a").end_array().end_object();
//   w.str() == R"({"bytes":5,"parts":["a"]})"
class json_writer
{
public:
    json_writer& begin_object();
    json_writer& end_object();
    json_writer& begin_array();
    json_writer& end_array();
    json_writer& key(std::string_view name);
    json_writer& text(std::string_view value);
    json_writer& number(std::uint64_t value);
    json_writer& number(std::int64_t value);
    json_writer& number(double value);  // null when not finite
    json_writer& boolean(bool value);
    json_writer& null();

    // key(name) and its value in one.
    json_writer& member(std::string_view name, std::string_view value) { return key(name).text(value); }
    json_writer& member(std::string_view name, std::uint64_t value) { return key(name).number(value); }

    [[nodiscard]] std::string const& str() const noexcept { return out_; }

private:
    void separate();

    std::string out_;
    bool first_ = true;
};

}  // namespace sluice
