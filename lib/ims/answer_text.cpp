#include "ims/answer_text.hpp"

#include "ims/json_text.hpp"

#include <openssl/crypto.h>

#include <utility>

namespace sluice::ims
{

answer_text::answer_text(std::string text) : text_(std::move(text)), size_(text_.size())
{
    text_.append(json_padding, '\0');
}

answer_text::~answer_text()
{
    OPENSSL_cleanse(text_.data(), text_.size());
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
