#pragma once

#include <sluice/error.hpp>

#include <doctest/doctest.h>

// So that a failed check on a result tells its error.
template <class T>
struct doctest::StringMaker<boost::system::result<T, sluice::error>>
{
    static String convert(boost::system::result<T, sluice::error> const& r)
    {
        return r ? String("a value") : String(r.error().describe().c_str());
    }
};
