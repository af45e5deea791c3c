#pragma once

#include <sluice/client.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::test
{

// Every text that uploads hand out, as a program would write it to its logs.
class told_texts
{
public:
    void add(std::string_view text)
    {
        if (!text.empty())
            all_.emplace_back(text);
    }

    void add(std::vector<failed_attempt> const& history)
    {
        attempts_ += history.size();
        for (auto const& one : history)
        {
            add(one.operation);
            add(one.reason);
        }
    }

    void add(error const& e)
    {
        ++errors_;
        add(exception(e).what());
        for (auto const& text : {e.describe(), e.reason(), e.code.message(), e.operation, e.resource, e.service_code,
                 e.message, e.request_id, e.host, e.recommendation, e.access_denied, e.upload_id})
            add(text);
        add(e.history);
    }

    void add(receipt const& r)
    {
        ++receipts_;
        for (auto const& text :
            {r.media_id, r.file_url, r.endpoint, r.bucket, r.object_key, r.etag, r.request_id, r.callback_failure})
            add(text);
        add(r.history);
    }

    template <class T>
    void add(result<T> const& outcome)
    {
        if (!outcome)
            add(outcome.error());
        else if constexpr (std::is_same_v<T, receipt>)
            add(*outcome);
    }

    void add(client_stats const& stats)
    {
        for (auto const& orphan : stats.orphans)
            for (auto const& text : {orphan.bucket, orphan.object_key, orphan.upload_id})
                add(text);
    }

    // To be given to upload_options::on_event.
    [[nodiscard]] event_listener listener()
    {
        return {.function =
                    [](void* to, upload_event const& e) {
                        ++static_cast<told_texts*>(to)->events_;
                        static_cast<told_texts*>(to)->add(e.text);
                    },
            .argument = this};
    }

    [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
    [[nodiscard]] std::size_t errors() const noexcept { return errors_; }
    [[nodiscard]] std::size_t receipts() const noexcept { return receipts_; }
    [[nodiscard]] std::size_t attempts() const noexcept { return attempts_; }
    [[nodiscard]] std::size_t events() const noexcept { return events_; }

    // The first text that holds the secret, or so much of it that it is no accident. Empty: none.
    [[nodiscard]] std::string showing(std::string_view secret) const
    {
        constexpr std::size_t piece = 16;
        constexpr std::size_t step = 8;  // any three steps in a row hold a whole piece
        REQUIRE(secret.size() >= piece);
        for (std::size_t at = 0; at + piece <= secret.size(); at += step)
            for (auto const& text : all_)
                if (text.find(secret.substr(at, piece)) != std::string::npos)
                    return text;
        return {};
    }

private:
    std::vector<std::string> all_;
    std::size_t errors_ = 0;
    std::size_t receipts_ = 0;
    std::size_t attempts_ = 0;
    std::size_t events_ = 0;
};

}  // namespace sluice::test
