#pragma once

#include "client/upload_call.hpp"
#include "upload/stream_upload.hpp"

#include <memory>
#include <string>

namespace sluice
{

// What a writer and the upload that it writes to have in common.
struct live_upload
{
    live_upload(asio::any_io_executor const& strand, upload::environment const& env, upload_call call,
        upload::stream_upload::settings s)
        : how(std::move(call)), upload(strand, env, std::move(s))
    {}

    upload_call how;
    upload::stream_upload upload;
    std::string media_id;
    std::string file_url;
};

}  // namespace sluice
