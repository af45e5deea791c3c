#include "emulator/oss_xml.hpp"

#include "base/xml.hpp"

#include <utility>

namespace sluice::emulator
{

std::string xml_time(utc_seconds t)
{
    auto text = format_iso8601(t);
    text.insert(text.size() - 1, ".000");
    return text;
}

xml_writer::xml_writer() : out_("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") {}

void xml_writer::begin(std::string_view name)
{
    out_.append(std::size_t{2} * depth_++, ' ').append("<").append(name).append(">\n");
}

void xml_writer::end(std::string_view name)
{
    out_.append(std::size_t{2} * --depth_, ' ').append("</").append(name).append(">\n");
}

void xml_writer::text(std::string_view name, std::string_view value)
{
    out_.append(std::size_t{2} * depth_, ' ').append("<").append(name).append(">");
    append_xml_escaped(out_, value);
    out_.append("</").append(name).append(">\n");
}

void xml_writer::number(std::string_view name, std::uint64_t value)
{
    text(name, std::to_string(value));
}

void xml_writer::boolean(std::string_view name, bool value)
{
    text(name, value ? "true" : "false");
}

std::string xml_writer::take()
{
    return std::exchange(out_, {});
}

}  // namespace sluice::emulator
