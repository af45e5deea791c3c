#pragma once

#include <sluice/source.hpp>
#include <sluice/stream_request.hpp>
#include <sluice/upload_grant.hpp>
#include <sluice/upload_options.hpp>

#include <utility>
#include <variant>

namespace sluice
{

/// One upload of many, for client::async_upload_all.
struct SLUICE_EXPORT upload_job
{
    /// To a stream that is created when its turn comes. `src` must outlive the upload.
    upload_job(stream_request request, source& src, upload_options const& o = {})
        : to(std::move(request)), from(&src), options(o)
    {}

    /// With a grant that is there; mind that its life goes on while the job waits.
    upload_job(upload_grant grant, source& src, upload_options const& o = {})
        : to(std::move(grant)), from(&src), options(o)
    {}

    std::variant<stream_request, upload_grant> to;
    source* from;
    upload_options options;
};

}  // namespace sluice
