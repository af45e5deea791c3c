#include "report/svg.hpp"

#include <cstdio>

namespace bench_report
{

namespace
{

// A tenth of a pixel is finer than anyone sees.
std::string attribute(std::string_view name, double value)
{
    char text[48];
    std::snprintf(text, sizeof(text), "%.1f", value);
    return ' ' + std::string(name) + "=\"" + text + '"';
}

std::string attribute(std::string_view name, std::string_view value)
{
    return ' ' + std::string(name) + "=\"" + escaped(value) + '"';
}

}  // namespace

std::string escaped(std::string_view text)
{
    std::string out;
    for (char const c : text)
    {
        switch (c)
        {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

svg& svg::rectangle(std::string_view style, double x, double y, double width, double height)
{
    elements_ += "<rect" + attribute("class", style) + attribute("x", x) + attribute("y", y) +
                 attribute("width", width) + attribute("height", height) + "/>\n";
    return *this;
}

svg& svg::line(std::string_view style, double x1, double y1, double x2, double y2)
{
    elements_ += "<line" + attribute("class", style) + attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) +
                 attribute("y2", y2) + "/>\n";
    return *this;
}

svg& svg::text(std::string_view style, double x, double y, std::string_view what, anchor at)
{
    elements_ += "<text" + attribute("class", style) + attribute("x", x) + attribute("y", y) +
                 (at == anchor::end ? attribute("text-anchor", "end") : std::string()) + '>' + escaped(what) +
                 "</text>\n";
    return *this;
}

std::string svg::str(double width, double height, std::string_view title, std::string_view styles) const
{
    auto const size = attribute("width", width) + attribute("height", height);
    char box[96];
    std::snprintf(box, sizeof(box), "0 0 %.1f %.1f", width, height);
    return "<svg xmlns=\"http://www.w3.org/2000/svg\"" + size + attribute("viewBox", box) + attribute("role", "img") +
           ">\n<title>" + escaped(title) + "</title>\n<style>\n" + std::string(styles) + "</style>\n" + elements_ +
           "</svg>\n";
}

}  // namespace bench_report
