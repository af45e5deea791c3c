#include "net/header_list.hpp"

#include "base/text.hpp"

namespace sluice::net
{

namespace
{

// What answers of the services have, so that one allocation does for each kind of memory.
constexpr std::size_t usual_fields = 12;
constexpr std::size_t usual_text = 640;

}  // namespace

void header_list::clear() noexcept
{
    text_.clear();
    fields_.clear();
}

void header_list::add(std::string_view name, std::string_view value)
{
    if (fields_.capacity() == 0)
    {
        fields_.reserve(usual_fields);
        text_.reserve(usual_text);
    }
    fields_.push_back({static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(name.size()),
        static_cast<std::uint32_t>(value.size())});
    text_ += name;
    text_ += value;
}

std::string_view header_list::find(std::string_view name) const noexcept
{
    for (std::size_t i = 0; i < fields_.size(); ++i)
        if (equal_ignoring_case(this->name(i), name))
            return value(i);
    return {};
}

std::string_view header_list::name(std::size_t i) const noexcept
{
    auto const& f = fields_[i];
    return std::string_view(text_).substr(f.name_begin, f.name_size);
}

std::string_view header_list::value(std::size_t i) const noexcept
{
    auto const& f = fields_[i];
    return std::string_view(text_).substr(f.name_begin + f.name_size, f.value_size);
}

}  // namespace sluice::net
