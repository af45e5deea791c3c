#include "upload/source_guard.hpp"

#include <exception>
#include <string>
#include <utility>

namespace sluice::upload
{

namespace
{

error of_reading(error e)
{
    if (e.operation.empty())
        e.operation = "read";
    return e;
}

error named(source const& from, error e)
{
    e = of_reading(std::move(e));
    if (e.resource.empty())
        e.resource = from.name();
    return e;
}

error thrown(char const* text)
{
    return of_reading(error(errc::source_failed, std::string("the source threw an exception: ") + text));
}

}  // namespace

result<std::uint64_t> guarded_open(source& from)
{
    try
    {
        auto size = from.open();
        if (!size)
            return named(from, std::move(size).error());
        return size;
    }
    catch (std::exception const& e)
    {
        return named(from, thrown(e.what()));
    }
}

asio::awaitable<result<std::size_t>> guarded_read(
    source& from, std::uint64_t offset, asio::mutable_buffer to, asio::any_io_executor blocking)
{
    try
    {
        auto got = co_await from.read_at(offset, to, std::move(blocking));
        if (!got)
            co_return named(from, std::move(got).error());
        co_return got;
    }
    catch (std::exception const& e)
    {
        co_return named(from, thrown(e.what()));
    }
}

result<void> guarded_verify(source& from)
{
    try
    {
        auto same = from.verify_unchanged();
        if (!same)
            return named(from, std::move(same).error());
        return same;
    }
    catch (std::exception const& e)
    {
        return named(from, thrown(e.what()));
    }
}

asio::awaitable<result<std::size_t>> guarded_read(stream_source& from, asio::mutable_buffer to)
{
    try
    {
        auto got = co_await from.read_some(to);
        if (!got)
            co_return of_reading(std::move(got).error());
        co_return got;
    }
    catch (std::exception const& e)
    {
        co_return thrown(e.what());
    }
}

error ended_early(source& from, std::uint64_t offset)
{
    error e(errc::source_changed,
        "the source ended after " + std::to_string(offset) + " bytes: it became shorter while it was uploaded");
    e.recommendation = "Upload sources that are complete and no longer written to";
    return named(from, std::move(e));
}

}  // namespace sluice::upload
