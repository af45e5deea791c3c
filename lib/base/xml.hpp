#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice
{

// A small XML document as the OSS API uses them: elements with text. Names are compared without their namespace prefix.
// Refused: what is not UTF-8, a document type declaration, undefined entities, more than one root, nesting too deep.
class xml_document
{
public:
    static std::optional<xml_document> parse(std::string_view text);

    // A direct child of the root, or the root's descendant handed to for_each.
    class element
    {
    public:
        [[nodiscard]] std::optional<std::string> text(std::string_view child) const;  // of the first such child
        void for_each(std::string_view child, std::function<void(element const&)> const& visit) const;
        [[nodiscard]] std::string own_text() const;

    private:
        friend class xml_document;
        explicit element(void const* node) noexcept : node_(node) {}
        void const* node_;
    };

    [[nodiscard]] std::string root_name() const;
    [[nodiscard]] element root() const;

    xml_document(xml_document&&) noexcept;
    xml_document& operator=(xml_document&&) noexcept;
    ~xml_document();

private:
    struct holder;
    explicit xml_document(std::unique_ptr<holder> h) noexcept;
    std::unique_ptr<holder> holder_;
};

void append_xml_escaped(std::string& out, std::string_view text);

}  // namespace sluice
