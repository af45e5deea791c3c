#include "ims/printable.hpp"

#include "base/text.hpp"

namespace sluice::ims
{

namespace
{

constexpr std::size_t max_quoted = 64;
constexpr std::size_t min_secret = 4;  // shorter ones are in every text, and protect nothing

void mask(std::string& text, std::string_view secret)
{
    constexpr std::string_view stars = "***";
    if (secret.size() < min_secret)
        return;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + stars.size()))
        text.replace(at, secret.size(), stars);
}

bool continues_character(char c) noexcept
{
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

}  // namespace

std::string one_line(std::string_view text, std::size_t limit)
{
    auto const is_utf8 = is_valid_utf8(text);
    auto const cut = text.size() > limit;
    if (cut)
    {
        auto end = limit;
        while (is_utf8 && end > 0 && continues_character(text[end]))
            --end;
        text = text.substr(0, end);
    }
    std::string out(text);
    for (auto& c : out)
    {
        auto const byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F)
            c = ' ';
        else if (byte > 0x7F && !is_utf8)
            c = '?';
    }
    return cut ? out + "..." : out;
}

std::string in_quotes(std::string_view text)
{
    return '"' + one_line(text, max_quoted) + '"';
}

std::string without_secrets(std::string text, credentials const& who)
{
    mask(text, who.access_key_secret.reveal());
    mask(text, who.security_token.reveal());
    return text;
}

}  // namespace sluice::ims
