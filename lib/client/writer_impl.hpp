#pragma once

#include "client/client_impl.hpp"
#include "client/live_upload.hpp"

#include <sluice/upload_writer.hpp>

#include <memory>

namespace sluice
{

class upload_writer::impl
{
public:
    impl(std::shared_ptr<client::impl> client, std::shared_ptr<live_upload> upload)
        : of(std::move(client)), live(std::move(upload))
    {}

    std::shared_ptr<client::impl> of;
    std::shared_ptr<live_upload> live;
};

}  // namespace sluice
