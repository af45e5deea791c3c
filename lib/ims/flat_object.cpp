#include "ims/flat_object.hpp"

namespace sluice::ims
{

namespace
{

constexpr std::size_t quotes_a_member = 4;

// Which of the names this is, looked for from `start` on and around; their number, when it is none.
std::size_t find_name(std::span<std::string_view const> names, std::string_view name, std::size_t start) noexcept
{
    for (std::size_t i = start; i < names.size(); ++i)
        if (names[i] == name)
            return i;
    for (std::size_t i = 0; i < start; ++i)
        if (names[i] == name)
            return i;
    return names.size();
}

}  // namespace

bool read_flat_object(std::string_view text, std::span<std::string_view const> names, std::span<json_token> tokens,
    find_json_marks find_marks) noexcept
{
    json_marks marks;
    if (!text.starts_with('{') || !find_marks(text.data(), text.size(), marks))
        return false;
    if (marks.count == 0 || marks.count % quotes_a_member != 0)
        return false;

    auto const* const at = text.data();  // one character behind the text may be looked at
    auto const between = [at](std::size_t opening, std::size_t closing) {
        return std::string_view(at + opening + 1, closing - opening - 1);
    };
    std::size_t next = 1;      // where the next name has to begin
    std::size_t expected = 0;  // the name that comes next, if the caller asks in the order in which the service writes
    for (std::size_t i = 0; i < marks.count; i += quotes_a_member)
    {
        auto const* const quote = marks.quotes.data() + i;
        auto const follows = i + quotes_a_member == marks.count ? '}' : ',';
        if (quote[0] != next || at[quote[1] + 1] != ':' || quote[2] != quote[1] + 2 || at[quote[3] + 1] != follows)
            return false;
        next = quote[3] + 2;
        auto const known = find_name(names, between(quote[0], quote[1]), expected);
        if (known == names.size())
            continue;
        tokens[known] = {between(quote[2], quote[3]), json_token::kind::string, false, !marks.blanks};
        expected = known + 1;
    }
    return next == text.size();
}

}  // namespace sluice::ims
