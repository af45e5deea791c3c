#pragma once

#include "upload/control.hpp"

#include <sluice/upload_options.hpp>

#include <memory>
#include <string>

namespace sluice
{

// The options of one upload, with what they only point to when the call begins.
struct upload_call
{
    upload_call(upload_options const& o, std::shared_ptr<upload::control> s)
        : options(o), checkpoint(o.checkpoint), steering(std::move(s))
    {}

    upload_options options;
    std::string checkpoint;
    std::shared_ptr<upload::control> steering;  // null: nobody
};

// Tells the handle that its upload has ended, when it has.
class steered_upload
{
public:
    explicit steered_upload(upload_call const& of) : steering_(of.steering) {}
    steered_upload(steered_upload const&) = delete;
    steered_upload& operator=(steered_upload const&) = delete;
    ~steered_upload()
    {
        if (steering_)
            steering_->end();
    }

private:
    std::shared_ptr<upload::control> steering_;
};

}  // namespace sluice
