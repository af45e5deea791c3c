#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

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
    json_writer& number(std::integral auto value)
    {
        if constexpr (std::is_signed_v<decltype(value)>)
            return signed_number(value);
        else
            return unsigned_number(value);
    }
    json_writer& number(double value);  // null when not finite
    json_writer& boolean(bool value);
    json_writer& null();

    // key(name) and its value in one.
    json_writer& member(std::string_view name, std::string_view value) { return key(name).text(value); }
    json_writer& member(std::string_view name, char const* value) { return key(name).text(value); }
    json_writer& member(std::string_view name, bool value) { return key(name).boolean(value); }
    json_writer& member(std::string_view name, double value) { return key(name).number(value); }
    json_writer& member(std::string_view name, std::integral auto value) { return key(name).number(value); }

    [[nodiscard]] std::string const& str() const noexcept { return out_; }

private:
    json_writer& signed_number(std::int64_t value);
    json_writer& unsigned_number(std::uint64_t value);
    json_writer& token(std::string_view text);
    void separate();
    void append_quoted(std::string_view text);

    std::string out_;
    bool first_ = true;
};

}  // namespace sluice
