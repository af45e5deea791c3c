#include "oss/redact.hpp"

#include "base/hex.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace sluice::oss
{

namespace
{

constexpr std::string_view mask = "***";
constexpr std::size_t piece = 8;         // of a secret: what is shorter may be a word
constexpr std::size_t short_end = 4;     // likewise at the end of a text that was cut
constexpr std::size_t long_secret = 16;  // what is shorter is looked for as a whole

// A text without its percent-encoding, and where each character of it came from.
struct plain_text
{
    std::string text;
    std::vector<std::size_t> starts;  // one more than characters

    explicit plain_text(std::string_view from)
    {
        for (std::size_t i = 0; i < from.size();)
        {
            starts.push_back(i);
            int const high = from[i] == '%' && i + 2 < from.size() ? hex_value(from[i + 1]) : -1;
            int const low = high >= 0 ? hex_value(from[i + 2]) : -1;
            text += low >= 0 ? static_cast<char>(high * 16 + low) : from[i];
            i += low >= 0 ? 3 : 1;
        }
        starts.push_back(from.size());
    }
};

std::size_t common_length(std::string_view a, std::string_view b) noexcept
{
    auto const n = std::min(a.size(), b.size());
    return static_cast<std::size_t>(
        std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(n), b.begin()).first - a.begin());
}

// How much of the beginning of `text` is out of the secret; 0 where that is too little to tell.
std::size_t length_of_secret(std::string_view text, std::string_view secret) noexcept
{
    if (text.starts_with(secret))
        return secret.size();
    auto const whole = text.ends_with("...") ? text.size() - 3 : text.size();
    if (whole >= short_end && secret.starts_with(text.substr(0, whole)))
        return whole;
    if (secret.size() < long_secret || text.size() < piece)
        return 0;
    std::size_t longest = 0;
    for (auto at = secret.find(text.substr(0, piece)); at != std::string_view::npos;
        at = secret.find(text.substr(0, piece), at + 1))
        longest = std::max(longest, common_length(text, secret.substr(at)));
    return longest;
}

void replace_all(std::string& text, std::string_view secret)
{
    if (secret.empty())
        return;
    plain_text const plain(text);
    std::string kept;
    for (std::size_t i = 0; i < plain.text.size();)
    {
        auto const n = length_of_secret(std::string_view(plain.text).substr(i), secret);
        if (n > 0)
            kept += mask;
        else
            kept.append(text, plain.starts[i], plain.starts[i + 1] - plain.starts[i]);
        i += std::max<std::size_t>(n, 1);
    }
    text = std::move(kept);
}

}  // namespace

void redact(std::string& text, credentials const& secrets)
{
    replace_all(text, secrets.security_token.reveal());
    replace_all(text, secrets.access_key_secret.reveal());
}

void redact(error& e, credentials const& secrets)
{
    for (auto* const text : {&e.service_code, &e.message, &e.request_id})
        redact(*text, secrets);
}

}  // namespace sluice::oss
