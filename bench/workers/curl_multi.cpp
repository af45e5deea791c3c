// The peer with libcurl's multi interface: objects from memory on so many connections.
//   --objects N, --size BYTES, --connections N
#include "base/crc64.hpp"
#include "support/arguments.hpp"
#include "support/meter.hpp"
#include "support/pattern.hpp"
#include "support/report.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>

namespace
{

struct free_list
{
    void operator()(curl_slist* l) const noexcept { curl_slist_free_all(l); }
};
using header_list = std::unique_ptr<curl_slist, free_list>;

// One transfer at a time, and the next on the same handle.
struct transfer
{
    CURL* easy = curl_easy_init();
    std::span<char const> left;
};

std::size_t read_memory(char* to, std::size_t size, std::size_t count, void* from)
{
    auto& left = static_cast<transfer*>(from)->left;
    auto const taken = std::min(size * count, left.size());
    std::memcpy(to, left.data(), taken);
    left = left.subspan(taken);
    return taken;
}

std::size_t drop(char*, std::size_t size, std::size_t count, void*)
{
    return size * count;
}

class uploader
{
public:
    uploader(std::string url, std::string ca_file, std::vector<char> const& body, std::uint64_t objects)
        : url_(std::move(url)), ca_file_(std::move(ca_file)), body_(body), left_(objects)
    {
        auto const crc = sluice::crc64(0, std::as_bytes(std::span(body)));
        fields_.reset(curl_slist_append(nullptr, ("x-bench-crc64: " + std::to_string(crc)).c_str()));
    }

    bench::report run(std::uint64_t connections)
    {
        auto const count = std::min(connections, left_);
        for (std::uint64_t i = 0; i < count; ++i)
            start(*transfers_.emplace_back(std::make_unique<transfer>()));
        for (int running = 1; running > 0 || left_ > 0;)
        {
            curl_multi_perform(multi_, &running);
            take_finished();
            if (running > 0)
                curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
        }
        take_finished();
        for (auto const& t : transfers_)
            curl_easy_cleanup(t->easy);
        curl_multi_cleanup(multi_);
        return done_;
    }

private:
    void start(transfer& t)
    {
        --left_;
        t.left = body_;
        curl_easy_setopt(t.easy, CURLOPT_URL, url_.c_str());
        if (!ca_file_.empty())
            curl_easy_setopt(t.easy, CURLOPT_CAINFO, ca_file_.c_str());
        curl_easy_setopt(t.easy, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(t.easy, CURLOPT_HTTPHEADER, fields_.get());
        curl_easy_setopt(t.easy, CURLOPT_READFUNCTION, &read_memory);
        curl_easy_setopt(t.easy, CURLOPT_READDATA, &t);
        curl_easy_setopt(t.easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(body_.size()));
        curl_easy_setopt(t.easy, CURLOPT_WRITEFUNCTION, &drop);
        curl_easy_setopt(t.easy, CURLOPT_FAILONERROR, 1L);
        curl_easy_setopt(t.easy, CURLOPT_PRIVATE, &t);
        curl_multi_add_handle(multi_, t.easy);
    }

    void take_finished()
    {
        int waiting = 0;
        while (auto const* const message = curl_multi_info_read(multi_, &waiting))
        {
            if (message->data.result != CURLE_OK)
            {
                std::fprintf(stderr, "curl: %s\n", curl_easy_strerror(message->data.result));
                std::exit(1);
            }
            ++done_.requests;
            done_.bytes += body_.size();
            transfer* t = nullptr;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &t);
            curl_multi_remove_handle(multi_, t->easy);
            if (left_ > 0)
                start(*t);
        }
    }

    std::string url_;
    std::string ca_file_;
    std::span<char const> body_;
    std::uint64_t left_;  // to start
    header_list fields_;
    CURLM* multi_ = curl_multi_init();
    std::vector<std::unique_ptr<transfer>> transfers_;
    bench::report done_;
};

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

    bench::meter const measured;
    auto r = uploader(url, ca_file, body, objects).run(connections);
    r.used = measured.stop();
    bench::print(r);
}
