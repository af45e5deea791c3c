#include "workers/sluice_objects.hpp"

#include "support/pattern.hpp"

#include <memory>
#include <string>

namespace bench
{

namespace asio = boost::asio;

sluice_objects::sluice_objects(
    asio::io_context& context, sluice_setting const& with, std::uint64_t size, sluice::upload_options const& options)
    : context_(context),
      with_(with),
      bytes_(make_pattern(size)),
      options_(options),
      client_(context.get_executor(), with.config)
{}

void sluice_objects::start(std::uint64_t objects, std::uint64_t at_once)
{
    context_.restart();
    left_ = unconfirmed_ = static_cast<std::int64_t>(objects);
    for (; at_once > 0; --at_once)
        next();
}

void sluice_objects::next()
{
    auto const number = left_.fetch_sub(1);
    if (number <= 0)
        return;
    auto source = std::make_unique<sluice::memory_source>(asio::buffer(bytes_));
    auto& from = *source;
    client_.async_upload(with_.grant("objects/" + std::to_string(number)), from, options_,
        [this, source = std::move(source)](sluice::result<sluice::receipt> const& done) {
            need(done);
            confirmed_ += done->bytes;
            next();
            if (--unconfirmed_ == 0)
                context_.stop();
        });
}

}  // namespace bench
