#include "cli/can_be_polled.hpp"
#include "support/temporary_path.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <pty.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace sluice;
using sluice::test::temporary_path;

TEST_CASE("what may let a read wait can be polled, and what epoll does not take can't")
{
    temporary_path const folder;
    auto const file = folder.write("a.ts", "x");
    int pipe[2] = {-1, -1};
    int sockets[2] = {-1, -1};
    int terminal[2] = {-1, -1};
    REQUIRE(::pipe2(pipe, O_CLOEXEC) == 0);
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) == 0);
    REQUIRE(::openpty(&terminal[0], &terminal[1], nullptr, nullptr, nullptr) == 0);
    auto const open = [](std::string const& path) { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); };
    struct row
    {
        char const* what;
        int descriptor;
        bool is_taken;
    };
    row const rows[] = {
        {"a pipe", pipe[0], true},
        {"a socket", sockets[0], true},
        {"a terminal", terminal[1], true},
        {"the master of a terminal", terminal[0], true},
        {"a counter", ::eventfd(0, EFD_CLOEXEC), true},
        {"a device whose bytes may be long in coming", open("/dev/random"), true},
        {"a file", open(file), false},
        {"a folder", open(folder.file("")), false},
        {"a device that never lets wait", open("/dev/zero"), false},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.what);
        CHECK(r.descriptor >= 0);
        CHECK(cli::can_be_polled(r.descriptor) == r.is_taken);
        ::close(r.descriptor);
    }
    for (int const other : {pipe[1], sockets[1]})
        ::close(other);
    CHECK_FALSE(cli::can_be_polled(-1));
}
