#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace bench
{

template <auto Free>
struct free_curl
{
    template <class T>
    void operator()(T* p) const noexcept
    {
        Free(p);
    }
};
using curl_fields = std::unique_ptr<curl_slist, free_curl<curl_slist_free_all>>;

// Transfers by libcurl's multi interface, so many at a time, with handles that are used again and again.
// Whatever fails ends the process.
class curl_transfers
{
public:
    using setter = std::function<void(CURL*)>;

    // `at_once` handles, prepared by the function.
    curl_transfers(std::uint64_t at_once, setter const& prepare);

    // Returns when `count` transfers are done; their connections stay open. `before_each` may be empty.
    void run(std::uint64_t count, setter const& before_each);

private:
    void start(CURL* easy, setter const& before);
    void take_finished(setter const& before_next);

    std::unique_ptr<CURLM, free_curl<curl_multi_cleanup>> multi_{curl_multi_init()};
    std::vector<std::unique_ptr<CURL, free_curl<curl_easy_cleanup>>> handles_;
    std::uint64_t left_ = 0;  // to start
    std::uint64_t under_way_ = 0;
};

}  // namespace bench
