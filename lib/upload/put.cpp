#include "upload/put.hpp"

#include "upload/part_body.hpp"

#include <utility>

namespace sluice::upload
{

asio::awaitable<result<delivery>> put::run()
{
    // The source is verified before its last block leaves: an object of a file that changed is then never stored.
    auto const size = with_.asked.plan.size;
    part_body body(with_.from, {.offset = 0, .size = size}, with_.env.blocking, *with_.env.memory, with_.meter,
        with_.bandwidth, part_body::ending::verify_source);
    auto const sent = [this] { turn_.leave(); };
    body.when_sent(sent);
    storing const what{"PutObject", with_.at};
    auto const send = [&] { return with_.oss.put_object(with_.at, body, with_.gate.until()); };
    for (unsigned attempt = 1;; ++attempt)
    {
        if (with_.gate.would_wait())
            turn_.leave();  // others need not wait with it
        auto const answer = co_await with_.gate.step(send);
        if (!answer)
            co_return answer.error();
        auto const same = compare(*answer, body, what);
        if (same)
        {
            oss::expected_object const expected{.size = size, .crc64 = body.crc64()};
            auto proven = prove_by_answer(what, *answer, expected);
            if (!proven)
            {
                auto looked_at = co_await prove(with_.oss, with_.gate, what, *answer, expected);
                proven = std::move(looked_at);
            }
            if (*proven)
                with_.meter.confirmed(size, static_cast<unsigned>(with_.caller.retries()) + repeats_);
            co_return *std::move(proven);
        }
        if (same.error().code == errc::checksum_mismatch)
            stored_another_ = same.error();
        with_.failed.add(what.operation, same.error().message);
        if (auto leave = co_await with_.caller.before_repeat(same.error(), attempt, with_.gate.until()); !leave)
            co_return leave.error();
        ++repeats_;
    }
}

}  // namespace sluice::upload
