// The server that the benchmarks measure against: as lean as can be, so that what is measured is the client.
// Prints {"port":..., "origin":..., "ca_file":...}, then a line of counts for every line of standard input, and ends
// with it. Signatures aren't checked: that is the emulator's work.
#include "sink/certificate.hpp"
#include "sink/loop.hpp"

#include "base/json_writer.hpp"
#include "support/descriptors.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>

namespace
{

// Where clients find the certificate; gone with the process.
class certificate_file
{
public:
    certificate_file()
        : path_(std::filesystem::temp_directory_path() / ("bench-sink-" + std::to_string(::getpid()) + ".pem"))
    {}
    certificate_file(certificate_file const&) = delete;
    certificate_file& operator=(certificate_file const&) = delete;
    ~certificate_file()
    {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }

    [[nodiscard]] std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

void introduce(unsigned short port, std::string const& origin, std::string const& ca_file)
{
    sluice::json_writer w;
    w.begin_object().member("port", port).member("origin", origin).member("ca_file", ca_file).end_object();
    std::printf("%s\n", w.str().c_str());
    std::fflush(stdout);
}

void run(bench::sink::settings const& s)
{
    std::signal(SIGPIPE, SIG_IGN);
    bench::raise_descriptor_limit();
    bench::sink::loop server(s);
    certificate_file const ca;
    auto const tls = s.plain ? nullptr : bench::sink::make_server_context(ca.path(), s.tickets);
    auto const origin = (s.plain ? "http://127.0.0.1:" : "https://127.0.0.1:") + std::to_string(server.port());
    bench::sink::service requests_to(origin, s);
    introduce(server.port(), origin, s.plain ? "" : ca.path());
    server.serve(requests_to, tls.get());
}

}  // namespace

int main(int argc, char** argv)
{
    try
    {
        run(bench::sink::read_settings(argc, argv));
    }
    catch (std::exception const& e)
    {
        std::fprintf(stderr, "bench-sink: %s\n", e.what());
        return 1;
    }
}
