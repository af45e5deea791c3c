#include "upload/send_part.hpp"

#include "upload/proof.hpp"

#include <utility>

namespace sluice::upload
{

asio::awaitable<result<std::string>> send_part(
    workshop& with, server_upload const& to, unsigned number, part_body& body, unsigned& repeats)
{
    auto const step = [&] { return with.oss.upload_part(with.at, to.id(), number, body, with.gate.until()); };
    for (unsigned attempt = 1;; ++attempt)
    {
        auto answer = co_await with.gate.step(step);
        if (!answer)
            co_return answer.error();
        auto const same = compare(*answer, body, storing{"UploadPart", with.at, number});
        if (same)
            co_return std::move(answer->etag);
        with.failed.add("UploadPart", same.error().message);
        if (auto leave = co_await with.caller.before_repeat(same.error(), attempt, with.gate.until()); !leave)
            co_return leave.error();
        ++repeats;
    }
}

}  // namespace sluice::upload
