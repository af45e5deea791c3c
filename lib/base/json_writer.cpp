#include "base/json_writer.hpp"

#include "base/text.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace sluice
{

namespace
{

template <class T>
std::string_view print(std::array<char, 32>& buffer, T value)
{
    auto const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
}

// RFC 8259, section 7: the quote, the backslash and everything below U+0020 must be escaped.
void append_ascii(std::string& out, char c)
{
    switch (c)
    {
    case '"':
        out += "\\\"";
        return;
    case '\\':
        out += "\\\\";
        return;
    case '\n':
        out += "\\n";
        return;
    case '\r':
        out += "\\r";
        return;
    case '\t':
        out += "\\t";
        return;
    default:
        break;
    }
    if (static_cast<unsigned char>(c) >= 0x20)
    {
        out += c;
        return;
    }
    static constexpr std::string_view digits = "0123456789abcdef";
    out += "\\u00";
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 0xF];
}

}  // namespace

json_writer& json_writer::begin_object()
{
    separate();
    out_ += '{';
    first_ = true;
    return *this;
}

json_writer& json_writer::end_object()
{
    out_ += '}';
    first_ = false;
    return *this;
}

json_writer& json_writer::begin_array()
{
    separate();
    out_ += '[';
    first_ = true;
    return *this;
}

json_writer& json_writer::end_array()
{
    out_ += ']';
    first_ = false;
    return *this;
}

json_writer& json_writer::key(std::string_view name)
{
    separate();
    append_quoted(name);
    out_ += ':';
    first_ = true;  // the value follows without a comma
    return *this;
}

json_writer& json_writer::text(std::string_view value)
{
    separate();
    append_quoted(value);
    return *this;
}

json_writer& json_writer::number(double value)
{
    if (!std::isfinite(value))
        return null();
    std::array<char, 32> buffer;
    return token(print(buffer, value));
}

json_writer& json_writer::boolean(bool value)
{
    return token(value ? "true" : "false");
}

json_writer& json_writer::null()
{
    return token("null");
}

json_writer& json_writer::signed_number(std::int64_t value)
{
    std::array<char, 32> buffer;
    return token(print(buffer, value));
}

json_writer& json_writer::unsigned_number(std::uint64_t value)
{
    std::array<char, 32> buffer;
    return token(print(buffer, value));
}

json_writer& json_writer::token(std::string_view text)
{
    separate();
    out_ += text;
    return *this;
}

void json_writer::separate()
{
    if (!first_)
        out_ += ',';
    first_ = false;
}

void json_writer::append_quoted(std::string_view text)
{
    out_ += '"';
    while (!text.empty())
    {
        auto const length = utf8_sequence_length(text);
        if (length == 1)
            append_ascii(out_, text.front());
        else if (length > 1)
            out_ += text.substr(0, length);
        else
            out_ += "\xEF\xBF\xBD";  // U+FFFD
        text.remove_prefix(length == 0 ? 1 : length);
    }
    out_ += '"';
}

}  // namespace sluice
