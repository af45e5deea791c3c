#include "base/xml.hpp"

#include "base/xml_scan.hpp"

#include <pugixml.hpp>

namespace sluice
{

namespace
{

// The deepest answer of the service has four levels. The limit keeps whoever walks or frees the tree off the stack's
// end.
constexpr unsigned max_nesting = 64;

// White space belongs to values (a file name may begin with it), line ends become LF, and nothing else is rewritten.
constexpr unsigned parse_flags = pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol | pugi::parse_ws_pcdata;

std::string_view local_name(pugi::xml_node node)
{
    std::string_view const name = node.name();
    auto const colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node to_node(void const* handle)
{
    return pugi::xml_node(static_cast<pugi::xml_node_struct*>(const_cast<void*>(handle)));
}

bool is_element_named(pugi::xml_node node, std::string_view name)
{
    return node.type() == pugi::node_element && local_name(node) == name;
}

std::string text_of(pugi::xml_node node)
{
    std::string out;
    for (auto const child : node)
        if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
            out += child.value();
    return out;
}

}  // namespace

struct xml_document::holder
{
    pugi::xml_document document;
};

xml_document::xml_document(std::unique_ptr<holder> h) noexcept : holder_(std::move(h)) {}
xml_document::xml_document(xml_document&&) noexcept = default;
xml_document& xml_document::operator=(xml_document&&) noexcept = default;
xml_document::~xml_document() = default;

std::optional<xml_document> xml_document::parse(std::string_view text)
{
    text = without_byte_order_mark(text);
    if (!is_safe_xml(text, max_nesting))
        return std::nullopt;
    auto h = std::make_unique<holder>();
    if (!h->document.load_buffer(text.data(), text.size(), parse_flags, pugi::encoding_utf8))
        return std::nullopt;
    return xml_document(std::move(h));
}

std::string xml_document::root_name() const
{
    return std::string(local_name(holder_->document.document_element()));
}

xml_document::element xml_document::root() const
{
    return element(holder_->document.document_element().internal_object());
}

std::optional<std::string> xml_document::element::text(std::string_view child) const
{
    for (auto const node : to_node(node_))
        if (is_element_named(node, child))
            return text_of(node);
    return std::nullopt;
}

void xml_document::element::for_each(std::string_view child, std::function<void(element const&)> const& visit) const
{
    for (auto const node : to_node(node_))
        if (is_element_named(node, child))
            visit(element(node.internal_object()));
}

std::string xml_document::element::own_text() const
{
    return text_of(to_node(node_));
}

namespace
{

void append_escaped_character(std::string& out, std::string_view character)
{
    switch (character.front())
    {
    case '&':
        out += "&amp;";
        return;
    case '<':
        out += "&lt;";
        return;
    case '>':
        out += "&gt;";
        return;
    case '"':
        out += "&quot;";
        return;
    case '\'':
        out += "&apos;";
        return;
    case '\r':
        out += "&#13;";  // a bare one would be read back as LF
        return;
    default:
        out += character;
    }
}

}  // namespace

void append_xml_escaped(std::string& out, std::string_view text)
{
    while (!text.empty())
    {
        auto const length = xml_character_length(text);
        if (length == 0)
            out += "\xEF\xBF\xBD";  // U+FFFD
        else
            append_escaped_character(out, text.substr(0, length));
        text.remove_prefix(length == 0 ? 1 : length);
    }
}

}  // namespace sluice
