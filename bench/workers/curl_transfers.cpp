#include "workers/curl_transfers.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace bench
{

curl_transfers::curl_transfers(std::uint64_t at_once, setter const& prepare)
{
    for (std::uint64_t i = 0; i < at_once; ++i)
        prepare(handles_.emplace_back(curl_easy_init()).get());
}

void curl_transfers::run(std::uint64_t count, setter const& before_each)
{
    left_ = count;
    for (std::size_t i = 0; i < handles_.size() && left_ > 0; ++i)
        start(handles_[i].get(), before_each);
    while (under_way_ > 0)
    {
        int running = 0;
        curl_multi_perform(multi_.get(), &running);
        take_finished(before_each);
        if (running > 0)
            curl_multi_poll(multi_.get(), nullptr, 0, 1000, nullptr);
    }
}

void curl_transfers::start(CURL* easy, setter const& before)
{
    --left_;
    ++under_way_;
    if (before)
        before(easy);
    curl_multi_add_handle(multi_.get(), easy);
}

void curl_transfers::take_finished(setter const& before_next)
{
    int waiting = 0;
    while (auto const* const message = curl_multi_info_read(multi_.get(), &waiting))
    {
        if (message->data.result != CURLE_OK)
        {
            std::fprintf(stderr, "curl: %s\n", curl_easy_strerror(message->data.result));
            std::exit(1);
        }
        auto* const easy = message->easy_handle;
        curl_multi_remove_handle(multi_.get(), easy);
        --under_way_;
        if (left_ > 0)
            start(easy, before_next);
    }
}

}  // namespace bench
