#include <sluice/grant_refresher.hpp>

#include <sluice/client.hpp>

#include <boost/asio/use_awaitable.hpp>

namespace sluice
{

asio::awaitable<result<upload_grant>> media_refresher::refresh(upload_grant const& old)
{
    auto media_id = media_id_.empty() ? old.media_id : media_id_;
    co_return co_await client_.async_refresh_upload_media(std::move(media_id), asio::use_awaitable);
}

}  // namespace sluice
