#pragma once

#include <sluice/error.hpp>

#include <doctest/doctest.h>

#include <string_view>

namespace sluice::test
{

inline bool holds(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

}  // namespace sluice::test

// So that a failed check on a result tells its error.
template <class T>
struct doctest::StringMaker<boost::system::result<T, sluice::error>>
{
    static String convert(boost::system::result<T, sluice::error> const& r)
    {
        return r ? String("a value") : String(r.error().describe().c_str());
    }
};
