#include "upload/range_digest.hpp"

#include "base/crc64.hpp"
#include "base/digest.hpp"
#include "base/hex.hpp"
#include "upload/source_guard.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <optional>

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

}  // namespace

asio::awaitable<result<range_digest>> digest_range(
    environment const& env, source& from, part_body::range what, bool with_md5)
{
    range_digest done;
    std::optional<running_digest> md5;
    if (with_md5)
        md5.emplace(running_digest::algorithm::md5);
    memory_budget::block memory;  // not for sources that lie in memory
    for (std::uint64_t passed = 0; passed < what.size;)
    {
        auto const state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            co_return error(asio::error::operation_aborted);
        auto const size = static_cast<std::size_t>(std::min<std::uint64_t>(part_body::block_size, what.size - passed));
        auto block = from.view(what.offset + passed, size);
        if (block.size() == 0)
        {
            if (!memory)
                memory = env.memory->take_now();
            auto const to = asio::buffer(memory.get(), size);
            auto const got = co_await guarded_read(from, what.offset + passed, to, env.blocking);
            if (!got)
                co_return got.error();
            if (*got < size)
                co_return ended_early(from, what.offset + passed + *got);
            block = to;
        }
        std::span const bytes(static_cast<std::byte const*>(block.data()), block.size());
        done.crc64 = sluice::crc64(done.crc64, bytes);
        if (md5)
            md5->update(bytes);
        passed += block.size();
    }
    if (md5)
        done.md5 = upper_hex(md5->finish());
    co_return done;
}

bool holds_same_bytes(oss::listed_part const& there, range_digest const& ours)
{
    return there.crc64 ? *there.crc64 == ours.crc64 : !ours.md5.empty() && there.etag == ours.md5;
}

}  // namespace sluice::upload
