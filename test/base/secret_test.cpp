#include <sluice/secret.hpp>

#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <utility>

using namespace sluice;

TEST_CASE("a secret keeps its text through copies and moves")
{
    secret_string a("abc");
    secret_string b = a;
    CHECK(b == a);
    CHECK(b.reveal().data() != a.reveal().data());

    secret_string const c = std::move(a);
    CHECK(c.reveal() == "abc");
    auto& same = b;
    b = same;
    CHECK(b.reveal() == "abc");
    b = std::move(same);
    CHECK(b.reveal() == "abc");

    CHECK(secret_string().empty());
    CHECK(secret_string("").empty());
    CHECK(secret_string(std::string("a\0b", 3)).reveal().size() == 3);
}

TEST_CASE("a secret prints as ***")
{
    std::ostringstream out;
    out << secret_string("top secret") << secret_string();
    CHECK(out.str() == "******");
}
