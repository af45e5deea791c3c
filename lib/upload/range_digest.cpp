#include "upload/range_digest.hpp"

#include "base/crc64.hpp"
#include "base/digest.hpp"
#include "base/hex.hpp"
#include "upload/source_guard.hpp"
#include "upload/time_limited.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <optional>
#include <span>

namespace sluice::upload
{

namespace
{

std::string upper_hex(std::string const& bytes)
{
    auto text = to_hex(as_bytes(bytes));
    for (auto& c : text)
        if (c >= 'a')
            c = static_cast<char>(c - 'a' + 'A');
    return text;
}

// What is read in one turn, and asked about at the gate once: some milliseconds where nothing must be waited for.
constexpr std::uint64_t turn_size = 4 * mib;

// One pass over a range.
class digesting
{
public:
    digesting(workshop& with, part_body::range what, bool with_md5) : with_(with), what_(what)
    {
        if (with_md5)
            md5_.emplace(running_digest::algorithm::md5);
    }

    asio::awaitable<result<range_digest>> run()
    {
        auto const ex = co_await asio::this_coro::executor;
        for (std::uint64_t passed = 0, turn_ends = 0; passed < what_.size;)
        {
            if (passed >= turn_ends)
            {
                turn_ends = passed + turn_size;
                co_await asio::post(ex, asio::use_awaitable);
                if (auto open = co_await with_.gate.pass(); !open)
                    co_return open.error();
            }
            auto const block = co_await read(passed);
            if (!block)
                co_return block.error();
            std::span const bytes(static_cast<std::byte const*>(block->data()), block->size());
            done_.crc64 = sluice::crc64(done_.crc64, bytes);
            if (md5_)
                md5_->update(bytes);
            passed += bytes.size();
        }
        if (md5_)
            done_.md5 = upper_hex(md5_->finish());
        co_return done_;
    }

private:
    asio::awaitable<result<asio::const_buffer>> read(std::uint64_t passed)
    {
        auto const size = static_cast<std::size_t>(std::min<std::uint64_t>(part_body::block_size, what_.size - passed));
        if (auto const there = with_.from.view(what_.offset + passed, size); there.size() != 0)
            co_return there;
        if (!memory_)
            memory_ = with_.env.memory->take_now();
        auto const to = asio::buffer(memory_.get(), size);
        auto const got = co_await guarded_read(with_.from, what_.offset + passed, to, with_.env.blocking);
        if (!got)
            co_return got.error();
        if (*got < size)
            co_return ended_early(with_.from, what_.offset + passed + *got);
        co_return to;
    }

    workshop& with_;
    part_body::range what_;
    range_digest done_;
    std::optional<running_digest> md5_;
    memory_budget::block memory_;  // not for sources that lie in memory
};

}  // namespace

asio::awaitable<result<range_digest>> digest_range(workshop& w, part_body::range what, bool with_md5)
{
    if (auto open = co_await w.gate.look(); !open)
        co_return open.error();
    digesting work(w, what, with_md5);
    auto done = co_await time_limited(work.run(), *w.env.clock, w.gate.until());
    if (!done)
        co_return w.gate.told(error(errc::deadline_exceeded, "the source was being read"));
    co_return *std::move(done);
}

bool holds_same_bytes(oss::listed_part const& there, range_digest const& ours)
{
    return there.crc64 ? *there.crc64 == ours.crc64 : !ours.md5.empty() && there.etag == ours.md5;
}

}  // namespace sluice::upload
