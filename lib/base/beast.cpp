// The one file that compiles Beast's own code: everything else sees declarations (BOOST_BEAST_SEPARATE_COMPILATION).
#include <boost/beast/src.hpp>
