#include "base/utc_time.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace sluice
{

namespace
{

using std::chrono::days;
using std::chrono::year_month_day;

constexpr std::array<std::string_view, 7> weekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> months = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct calendar_time
{
    explicit calendar_time(utc_seconds t)
        : day(std::chrono::floor<days>(t)),
          date(day),
          time(t - day),
          year(static_cast<unsigned>(int{date.year()})),
          month(unsigned{date.month()}),
          day_of_month(unsigned{date.day()}),
          hour(static_cast<unsigned>(time.hours().count())),
          minute(static_cast<unsigned>(time.minutes().count())),
          second(static_cast<unsigned>(time.seconds().count()))
    {}

    std::chrono::sys_days day;
    year_month_day date;
    std::chrono::hh_mm_ss<std::chrono::seconds> time;
    unsigned year, month, day_of_month, hour, minute, second;
};

// Writes numbers of fixed width and text between them.
class printer
{
public:
    printer& number(unsigned value, unsigned width)
    {
        auto const start = out_.size();
        out_.resize(start + width);
        for (auto i = start + width; i-- > start; value /= 10)
            out_[i] = static_cast<char>('0' + value % 10);
        return *this;
    }

    printer& text(std::string_view text)
    {
        out_ += text;
        return *this;
    }

    std::string take() { return std::move(out_); }

private:
    std::string out_;
};

// Reads the same; after the first failure everything fails.
class scanner
{
public:
    explicit scanner(std::string_view text) : rest_(text) {}

    unsigned number(std::size_t width)
    {
        unsigned value = 0;
        for (char const c : take(width))
        {
            ok_ = ok_ && c >= '0' && c <= '9';
            value = value * 10 + static_cast<unsigned>(c - '0');
        }
        return value;
    }

    scanner& expect(std::string_view text)
    {
        ok_ = take(text.size()) == text && ok_;
        return *this;
    }

    template <std::size_t N>
    unsigned one_of(std::array<std::string_view, N> const& words)
    {
        auto const word = take(words[0].size());
        for (unsigned i = 0; i < N; ++i)
            if (words[i] == word)
                return i;
        ok_ = false;
        return 0;
    }

    void optional_fraction()
    {
        if (!rest_.starts_with('.'))
            return;
        rest_.remove_prefix(1);
        auto const end = rest_.find_first_not_of("0123456789");
        ok_ = ok_ && end != 0 && end != std::string_view::npos;
        take(end == std::string_view::npos ? rest_.size() : end);
    }

    [[nodiscard]] bool done() const noexcept { return ok_ && rest_.empty(); }

private:
    std::string_view take(std::size_t size)
    {
        if (size > rest_.size())
        {
            ok_ = false;
            return {};
        }
        auto const taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }

    std::string_view rest_;
    bool ok_ = true;
};

std::optional<utc_seconds> make_time(
    unsigned year, unsigned month, unsigned day, unsigned hour, unsigned minute, unsigned second)
{
    year_month_day const date{
        std::chrono::year(static_cast<int>(year)), std::chrono::month(month), std::chrono::day(day)};
    if (!date.ok() || hour > 23 || minute > 59 || second > 59)
        return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second);
}

}  // namespace

std::string format_iso8601(utc_seconds t)
{
    calendar_time const c(t);
    printer p;
    p.number(c.year, 4).text("-").number(c.month, 2).text("-").number(c.day_of_month, 2).text("T");
    p.number(c.hour, 2).text(":").number(c.minute, 2).text(":").number(c.second, 2).text("Z");
    return p.take();
}

std::string format_iso8601_basic(utc_seconds t)
{
    calendar_time const c(t);
    printer p;
    p.number(c.year, 4).number(c.month, 2).number(c.day_of_month, 2).text("T");
    p.number(c.hour, 2).number(c.minute, 2).number(c.second, 2).text("Z");
    return p.take();
}

std::string format_http_date(utc_seconds t)
{
    calendar_time const c(t);
    printer p;
    p.text(weekdays[std::chrono::weekday(c.day).c_encoding()]).text(", ").number(c.day_of_month, 2).text(" ");
    p.text(months[c.month - 1]).text(" ").number(c.year, 4).text(" ");
    p.number(c.hour, 2).text(":").number(c.minute, 2).text(":").number(c.second, 2).text(" GMT");
    return p.take();
}

std::optional<utc_seconds> parse_iso8601(std::string_view text)
{
    scanner s(text);
    auto const year = s.number(4);
    auto const month = s.expect("-").number(2);
    auto const day = s.expect("-").number(2);
    auto const hour = s.expect("T").number(2);
    auto const minute = s.expect(":").number(2);
    auto const second = s.expect(":").number(2);
    s.optional_fraction();
    s.expect("Z");
    return s.done() ? make_time(year, month, day, hour, minute, second) : std::nullopt;
}

std::optional<utc_seconds> parse_iso8601_basic(std::string_view text)
{
    scanner s(text);
    auto const year = s.number(4);
    auto const month = s.number(2);
    auto const day = s.number(2);
    auto const hour = s.expect("T").number(2);
    auto const minute = s.number(2);
    auto const second = s.number(2);
    s.expect("Z");
    return s.done() ? make_time(year, month, day, hour, minute, second) : std::nullopt;
}

// The form that RFC 9110 (section 5.6.7) tells senders to use; the two obsolete ones are not read.
std::optional<utc_seconds> parse_http_date(std::string_view text)
{
    scanner s(text);
    auto const weekday = s.one_of(weekdays);
    auto const day = s.expect(", ").number(2);
    auto const month = s.expect(" ").one_of(months) + 1;
    auto const year = s.expect(" ").number(4);
    auto const hour = s.expect(" ").number(2);
    auto const minute = s.expect(":").number(2);
    auto const second = s.expect(":").number(2);
    s.expect(" GMT");
    if (!s.done())
        return std::nullopt;
    auto const time = make_time(year, month, day, hour, minute, second);
    if (time && std::chrono::weekday(std::chrono::floor<days>(*time)).c_encoding() != weekday)
        return std::nullopt;
    return time;
}

}  // namespace sluice
