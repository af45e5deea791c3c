// The peer `curl -T`: libcurl's easy interface with the options of the tool, from a file.
//   --file PATH, --count N
#include "support/arguments.hpp"
#include "support/meter.hpp"
#include "support/pattern.hpp"
#include "support/report.hpp"

#include <curl/curl.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

namespace
{

// As the tool's own: straight from the descriptor.
std::size_t read_file(char* to, std::size_t size, std::size_t count, void* descriptor)
{
    auto const got = ::read(*static_cast<int const*>(descriptor), to, size * count);
    return got < 0 ? CURL_READFUNC_ABORT : static_cast<std::size_t>(got);
}

std::size_t drop(char*, std::size_t size, std::size_t count, void*)
{
    return size * count;
}

bool put(CURL* easy, std::string const& url, std::string const& file)
{
    int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, &read_file);
    curl_easy_setopt(easy, CURLOPT_READDATA, &descriptor);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(std::filesystem::file_size(file)));
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &drop);
    curl_easy_setopt(easy, CURLOPT_FAILONERROR, 1L);
    auto const done = curl_easy_perform(easy);
    ::close(descriptor);
    if (done != CURLE_OK)
        std::fprintf(stderr, "curl: %s\n", curl_easy_strerror(done));
    return done == CURLE_OK;
}

}  // namespace

int main(int argc, char** argv)
{
    bench::arguments given(argc, argv);
    auto const url = given.text("origin", "") + "/bench/curl";
    auto const ca_file = given.text("ca", "");
    auto const file = given.text("file", "");
    auto const count = given.number("count", 1);
    given.refuse_rest();

    auto const crc = "x-bench-crc64: " + std::to_string(bench::crc64_of_file(file));

    bench::report r;
    bench::meter const measured;
    auto* const easy = curl_easy_init();
    auto* const fields = curl_slist_append(nullptr, crc.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, fields);
    if (!ca_file.empty())
        curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file.c_str());
    for (; r.requests < count; ++r.requests)
    {
        if (!put(easy, url, file))
            return 1;
        r.bytes += std::filesystem::file_size(file);
    }
    curl_easy_cleanup(easy);
    curl_slist_free_all(fields);
    r.used = measured.stop();
    bench::print(r);
}
