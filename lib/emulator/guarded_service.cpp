#include "emulator/guarded_service.hpp"

#include <utility>

namespace sluice::emulator
{

namespace
{

class guarded_operation final : public operation
{
public:
    guarded_operation(std::unique_ptr<operation> inner, std::shared_ptr<std::mutex> lock)
        : inner_(std::move(inner)), lock_(std::move(lock))
    {
        service = inner_->service;
        name = inner_->name;
        bucket = inner_->bucket;
        key = inner_->key;
        part_number = inner_->part_number;
        upload_id = inner_->upload_id;
    }

    guarded_operation(guarded_operation const&) = delete;
    guarded_operation& operator=(guarded_operation const&) = delete;

    ~guarded_operation() override
    {
        std::scoped_lock const held(*lock_);
        inner_.reset();
    }

    void inject(fault::kind what) override
    {
        std::scoped_lock const held(*lock_);
        inner_->inject(what);
    }

    void consume(std::span<std::byte const> block) override
    {
        std::scoped_lock const held(*lock_);
        inner_->consume(block);
    }

    reply finish() override
    {
        std::scoped_lock const held(*lock_);
        return inner_->finish();
    }

private:
    std::unique_ptr<operation> inner_;
    std::shared_ptr<std::mutex> lock_;
};

}  // namespace

guarded_service::guarded_service(std::shared_ptr<service> inner, std::shared_ptr<std::mutex> lock)
    : inner_(std::move(inner)), lock_(std::move(lock))
{}

std::unique_ptr<operation> guarded_service::begin(request_head const& head)
{
    std::unique_ptr<operation> inner;
    {
        std::scoped_lock const held(*lock_);
        inner = inner_->begin(head);
    }
    return std::make_unique<guarded_operation>(std::move(inner), lock_);
}

}  // namespace sluice::emulator
