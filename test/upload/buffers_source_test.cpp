#include "transfer_fixture.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::test;

TEST_CASE("pieces of memory go up as one object, whatever their sizes, without a copy")
{
    for (std::size_t piece : {1'000u, 100 * 1024u, 300'000u, 750'000u})
    {
        CAPTURE(piece);
        transfer_fixture t;
        std::vector<asio::const_buffer> pieces{asio::const_buffer()};
        for (std::size_t at = 0; at < t.content.size(); at += piece)
        {
            pieces.push_back(asio::buffer(asio::buffer(t.content) + at, piece));
            pieces.emplace_back();
        }
        buffers_source from(pieces);
        CHECK(from.view(5, 10).data() == t.content.data() + 5);
        auto const got = t.send(from);
        REQUIRE(got.has_value());
        CHECK(t.delivered());
    }
}

TEST_CASE("a view of pieces ends where the piece does, and there is none behind the last")
{
    buffers_source const from({asio::buffer("abc", 3), asio::buffer("defg", 4)});
    CHECK(from.view(0, 7).size() == 3);
    CHECK(from.view(2, 7).size() == 1);
    CHECK(from.view(3, 2).size() == 2);
    CHECK(from.view(6, 9).size() == 1);
    CHECK(from.view(7, 1).size() == 0);
    CHECK(buffers_source({}).view(0, 1).size() == 0);
}
