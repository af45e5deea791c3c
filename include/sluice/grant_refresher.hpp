#pragma once

#include <sluice/error.hpp>
#include <sluice/upload_grant.hpp>

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <string>
#include <utility>

namespace sluice
{

namespace asio = boost::asio;

class client;  // <sluice/client.hpp>

/// Gets a new credential for an upload whose own is about to end, or was refused as ended.
/// A new grant for the same bucket and key continues the upload where it is. What was uploaded cannot be moved: with
/// one for another object a source that can be read again goes there, once and from its beginning; any other ends with
/// errc::grant_expired.
class SLUICE_EXPORT grant_refresher
{
public:
    grant_refresher() = default;
    grant_refresher(grant_refresher const&) = delete;
    grant_refresher& operator=(grant_refresher const&) = delete;
    virtual ~grant_refresher() = default;

    /// Runs on the client's strand, one at a time for one upload, and must not block it. Honours cancellation.
    /// An error is kept for the error of the upload, which ends only when the old credential is no good any more.
    /// What it throws counts as an error.
    virtual asio::awaitable<result<upload_grant>> refresh(upload_grant const& old) = 0;
};

/// A function as a refresher. It returns the coroutine, and is called on the client's strand.
class SLUICE_EXPORT function_refresher final : public grant_refresher
{
public:
    using function = std::function<asio::awaitable<result<upload_grant>>(upload_grant const& old)>;

    explicit function_refresher(function f) : function_(std::move(f)) {}

    asio::awaitable<result<upload_grant>> refresh(upload_grant const& old) override { return function_(old); }

private:
    function function_;
};

/// RefreshUploadMedia (IMS, 2020-11-09), for assets that CreateUploadMedia made. There is none such for streams.
class SLUICE_EXPORT media_refresher final : public grant_refresher
{
public:
    /// `with` must outlive it. An empty media id: that of the grant.
    explicit media_refresher(client& with, std::string media_id = {}) : client_(with), media_id_(std::move(media_id)) {}

    asio::awaitable<result<upload_grant>> refresh(upload_grant const& old) override;

private:
    client& client_;
    std::string media_id_;
};

}  // namespace sluice
