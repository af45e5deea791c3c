#include "ims/printable.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace sluice::ims
{

namespace
{

constexpr std::size_t max_quoted = 64;
constexpr std::string_view stars = "***";
constexpr std::size_t min_secret = 4;  // shorter ones are in every text, and protect nothing

void mask(std::string& text, std::string_view secret)
{
    if (secret.size() < min_secret)
        return;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + stars.size()))
        text.replace(at, secret.size(), stars);
}

// What is as long as an UploadAuth and looks like one may be one: we don't know it before the answer is understood.
void mask_grants(std::string& text)
{
    constexpr std::ptrdiff_t min_grant = 100;
    for (auto at = text.begin(); at != text.end();)
    {
        auto const begin = std::find_if(at, text.end(), is_base64_character);
        auto const end = std::find_if_not(begin, text.end(), is_base64_character);
        if (end - begin < min_grant)
        {
            at = end;
            continue;
        }
        auto const kept = begin - text.begin();
        text.replace(begin, end, stars);
        at = text.begin() + kept + static_cast<std::ptrdiff_t>(stars.size());
    }
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
    mask_grants(text);
    return text;
}

}  // namespace sluice::ims
