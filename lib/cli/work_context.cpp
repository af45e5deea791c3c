#include "cli/work_context.hpp"

#include <utility>
#include <vector>

namespace sluice::cli
{

namespace
{

std::vector<std::unique_ptr<asio::io_context>>& left_behind()
{
    static std::vector<std::unique_ptr<asio::io_context>> all;
    return all;
}

}  // namespace

work_context::work_context(std::chrono::milliseconds patience, bool (*hurry)() noexcept)
    : owned_(std::make_unique<asio::io_context>(1)), context_(*owned_), patience_(patience), hurry_(hurry)
{}

void work_context::run()
{
    context_.run();
    if (!is_done_)
        return;
    constexpr std::chrono::milliseconds glance(20);
    auto const give_up = std::chrono::steady_clock::now() + patience_;
    context_.restart();
    do
        context_.run_for(glance);
    while (!context_.stopped() && !hurry_() && std::chrono::steady_clock::now() < give_up);
    if (!context_.stopped())
        left_behind().push_back(std::move(owned_));
}

void work_context::work_is_done()
{
    is_done_ = true;
    context_.stop();
}

bool work_context::left_something() noexcept
{
    return !left_behind().empty();
}

}  // namespace sluice::cli
