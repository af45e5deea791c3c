// The peer with libcurl's multi interface: objects from memory on so many connections.
//   --objects N, --size BYTES, --connections N
#include "base/crc64.hpp"
#include "support/arguments.hpp"
#include "support/meter.hpp"
#include "support/pattern.hpp"
#include "support/report.hpp"
#include "workers/curl_transfers.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>

namespace
{

// The body of the transfer that a handle is at.
struct reader
{
    std::span<char const> left;
};

std::size_t read_memory(char* to, std::size_t size, std::size_t count, void* from)
{
    auto& left = static_cast<reader*>(from)->left;
    auto const taken = std::min(size * count, left.size());
    std::memcpy(to, left.data(), taken);
    left = left.subspan(taken);
    return taken;
}

std::size_t drop(char*, std::size_t size, std::size_t count, void*)
{
    return size * count;
}

void prepare(CURL* easy, reader& from, std::size_t size, std::string const& url, std::string const& ca_file)
{
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    if (!ca_file.empty())
        curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, &read_memory);
    curl_easy_setopt(easy, CURLOPT_READDATA, &from);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(size));
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &drop);
    curl_easy_setopt(easy, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, &from);
}

void begin_again(CURL* easy, std::span<char const> body)
{
    reader* from = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &from);
    from->left = body;
}

}  // namespace

int main(int argc, char** argv)
{
    bench::arguments given(argc, argv);
    auto const url = given.text("origin", "") + "/bench/curl";
    auto const ca_file = given.text("ca", "");
    auto const objects = given.number("objects", 1000);
    auto const body = bench::make_pattern(given.number("size", 16UL << 10));
    auto const connections = given.number("connections", 16);
    given.refuse_rest();
    auto const crc = sluice::crc64(0, std::as_bytes(std::span(body)));
    bench::curl_fields const fields(curl_slist_append(nullptr, ("x-bench-crc64: " + std::to_string(crc)).c_str()));

    bench::report r;
    bench::meter const measured;
    std::vector<std::unique_ptr<reader>> readers;
    bench::curl_transfers transfers(connections, [&](CURL* easy) {
        prepare(easy, *readers.emplace_back(std::make_unique<reader>()), body.size(), url, ca_file);
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, fields.get());
    });
    transfers.run(objects, [&](CURL* easy) { begin_again(easy, body); });
    r.used = measured.stop();
    r.requests = objects;
    r.bytes = objects * body.size();
    bench::print(r);
}
