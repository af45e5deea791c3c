#pragma once

#include <string>
#include <string_view>

namespace bench_report
{

// For text and attribute values of XML and HTML.
std::string escaped(std::string_view text);

// An SVG image that grows by one element at a time, in pixels. The look comes from classes, so that one image serves
// light and dark surroundings.
class svg
{
public:
    enum class anchor
    {
        start,
        end
    };

    svg& rectangle(std::string_view style, double x, double y, double width, double height);
    svg& line(std::string_view style, double x1, double y1, double x2, double y2);
    svg& text(std::string_view style, double x, double y, std::string_view what, anchor at = anchor::start);

    // The whole image. `title` is for those who cannot see it; `styles`: CSS.
    [[nodiscard]] std::string str(double width, double height, std::string_view title, std::string_view styles) const;

private:
    std::string elements_;
};

}  // namespace bench_report
