#include <sluice/clock.hpp>

#include <boost/asio/consign.hpp>
#include <boost/asio/steady_timer.hpp>

#include <utility>

namespace sluice
{

namespace
{

class real_clock final : public clock
{
public:
    [[nodiscard]] system_time now() const override { return std::chrono::system_clock::now(); }
    [[nodiscard]] steady_time steady_now() const override { return std::chrono::steady_clock::now(); }

    void async_wait_until(steady_time when, asio::any_io_executor ex,
        asio::any_completion_handler<void(boost::system::error_code)> done) override
    {
        auto timer = std::make_shared<asio::steady_timer>(std::move(ex), when);
        auto& waiting = *timer;
        waiting.async_wait(asio::consign(std::move(done), std::move(timer)));
    }
};

}  // namespace

std::shared_ptr<clock> system_clock()
{
    static auto const instance = std::make_shared<real_clock>();
    return instance;
}

}  // namespace sluice
