#include "base/utc_time.hpp"
#include "oss/answer_fields.hpp"
#include "oss/service.hpp"
#include "oss/xml_answers.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sluice::oss
{

namespace
{

constexpr std::string_view page_size = "1000";  // the most that the service lists at once
constexpr std::size_t max_uploads = 1000;

error unlistable(operation_plan const& what, std::string text)
{
    error e(errc::malformed_response, std::move(text));
    e.operation = what.name;
    e.resource = what.at.url();
    e.recommendation = "Check that the endpoint is one of OSS.";
    return e;
}

error no_progress(operation_plan const& what, std::string_view how)
{
    return unlistable(what, "the pages of the listing do not go forward: " + std::string(how));
}

}  // namespace

asio::awaitable<result<std::vector<listed_part>>> service::list_parts(
    object_location const& at, std::string_view upload_id, steady_time until)
{
    std::vector<listed_part> all;
    for (unsigned marker = 0;;)
    {
        operation_plan what("ListParts", "GET", at);
        what.query = {{"uploadId", std::string(upload_id)}, {"max-parts", std::string(page_size)},
            {"part-number-marker", std::to_string(marker)}, {"encoding-type", "url"}};
        list_parts_answer page;
        reader const read = [&](net::response const& answer) {
            return take(read_list_parts_answer(answer.body), page) &&
                   (page.upload_id.empty() || page.upload_id == upload_id);
        };
        auto const done = co_await perform(what, read, until);
        if (!done)
            co_return done.error();

        if (!page.parts.empty() && page.parts.front().part_number <= marker)
            co_return no_progress(what, "a part before the marker");
        unsigned const last = page.parts.empty() ? marker : page.parts.back().part_number;
        std::move(page.parts.begin(), page.parts.end(), std::back_inserter(all));
        if (!page.is_truncated)
            co_return all;

        unsigned const next = page.next_marker.value_or(last);
        if (next <= marker || next < last || next >= max_part_number)
            co_return no_progress(what, "the next marker is " + std::to_string(next));
        marker = next;
    }
}

asio::awaitable<result<std::vector<listed_upload>>> service::list_multipart_uploads(
    object_location const& bucket, std::string_view prefix, steady_time until, unsigned max_pages)
{
    object_location at = bucket;
    at.key.clear();

    std::vector<listed_upload> all;
    std::pair<std::string, std::string> marker;  // key and upload id
    for (unsigned pages = 1;; ++pages)
    {
        operation_plan what("ListMultipartUploads", "GET", at);
        what.is_on_bucket = true;
        what.query = {{"uploads", ""}, {"max-uploads", std::string(page_size)}, {"encoding-type", "url"}};
        if (!prefix.empty())
            what.query.emplace_back("prefix", prefix);
        if (!marker.first.empty())
            what.query.emplace_back("key-marker", marker.first);
        if (!marker.second.empty())
            what.query.emplace_back("upload-id-marker", marker.second);
        list_uploads_answer page;
        reader const read = [&](net::response const& answer) {
            if (!take(read_list_uploads_answer(answer.body), page) || page.uploads.size() > max_uploads)
                return false;
            for (auto& one : page.uploads)
                one.listed = parse_http_date(answer.headers.find("Date"));
            auto const is_asked_for = [&](listed_upload const& one) { return one.key.starts_with(prefix); };
            return (page.bucket.empty() || page.bucket == at.bucket) && std::ranges::all_of(page.uploads, is_asked_for);
        };
        auto const done = co_await perform(what, read, until);
        if (!done)
            co_return done.error();

        std::pair next(std::move(page.next_key_marker), std::move(page.next_upload_id_marker));
        if (next.first.empty() && !page.uploads.empty())
            next = {page.uploads.back().key, page.uploads.back().upload_id};
        std::move(page.uploads.begin(), page.uploads.end(), std::back_inserter(all));
        if (!page.is_truncated)
            co_return all;
        if (pages >= max_pages)
            co_return unlistable(what, "the listing has more than " + std::to_string(pages) + " pages");
        if (next <= marker)  // keys ascend, and the ids of one key do
            co_return no_progress(what, "the next marker is not behind the last");
        marker = std::move(next);
    }
}

}  // namespace sluice::oss
