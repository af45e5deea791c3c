#include "ims/answer_text.hpp"

#include "base/wipe.hpp"
#include "ims/json_text.hpp"

namespace sluice::ims
{

answer_text::answer_text(std::string_view text) : size_(text.size())
{
    text_.reserve(size_ + json_padding);  // grown later, it would leave the credential behind in freed memory
    text_.append(text).append(json_padding, '\0');
}

answer_text::~answer_text()
{
    wipe(text_.data(), text_.size());
}

std::string_view answer_text::resolve(json_token const& token) noexcept
{
    if (!token.is_string())
        return {};
    if (!token.escaped)
        return token.text;
    auto* const begin = text_.data() + (token.text.data() - text_.data());
    return {begin, static_cast<std::size_t>(unescape_json(token.text, begin) - begin)};
}

}  // namespace sluice::ims
