#include "emulator/oss_operations.hpp"

#include "emulator/oss_options.hpp"

#include <utility>

namespace sluice::emulator
{

namespace
{

class put_object final : public storing_operation
{
public:
    put_object(oss_environment& environment, oss_request request)
        : storing_operation(environment, std::move(request), "PutObject")
    {}

private:
    oss_refusal check() override
    {
        auto properties = read_properties(request_);
        if (!properties)
            return properties.error();
        properties_ = std::move(*properties);
        if (auto refusal = check_traffic_limit(request_))
            return refusal;
        if (auto refusal = check_callback(request_))
            return refusal;
        return check_overwrite(request_, environment_.store);
    }

    oss_result<reply> store(received_body body) override
    {
        auto const md5 = body.md5;
        auto stored = environment_.store.put(
            wanted_bucket(), wanted_key(), std::move(body), std::move(properties_), environment_.now());
        if (!stored)
            return storage_failed(stored.error());
        if (auto refusal = failed_callback(request_))
            return *refusal;
        reply r;
        add_digests(r, (*stored)->etag, (*stored)->crc64, md5);
        add_encryption(r, (*stored)->properties);
        return r;
    }

    object_properties properties_;
};

}  // namespace

std::unique_ptr<operation> make_put_object(oss_environment& environment, oss_request request)
{
    return std::make_unique<put_object>(environment, std::move(request));
}

}  // namespace sluice::emulator
