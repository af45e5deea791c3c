#include "ims/answer_text.hpp"

#include "base/wipe.hpp"
#include "ims/json_text.hpp"

namespace sluice::ims
{

void answer_text::assign(std::string_view text)
{
    wipe();
    text_.reserve(text.size() + json_padding);  // grown later, it would leave the credential behind in freed memory
    text_.append(text).append(json_padding, '\0');
    size_ = text.size();
}

void answer_text::wipe() noexcept
{
    sluice::wipe(text_.data(), text_.size());
    text_.clear();
    size_ = 0;
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
