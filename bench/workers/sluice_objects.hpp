#pragma once

#include "workers/sluice_client.hpp"

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <cstdint>
#include <vector>

namespace bench
{

// Objects from memory through one client, each with a call of its own, and some of these under way at once.
class sluice_objects
{
public:
    // Any number of threads may run the context.
    sluice_objects(boost::asio::io_context& context, sluice_setting const& with, std::uint64_t size,
        sluice::upload_options const& options = {});

    // Begins with `at_once` of them, and the next whenever one is done. Stops the context after the last, for the
    // client's own reads would keep it running; then this may be called again.
    void start(std::uint64_t objects, std::uint64_t at_once);

    [[nodiscard]] std::uint64_t bytes() const noexcept { return confirmed_; }
    [[nodiscard]] sluice::client_stats stats() const { return client_.stats(); }

private:
    void next();

    boost::asio::io_context& context_;
    sluice_setting const& with_;
    std::vector<char> bytes_;
    sluice::upload_options options_;
    std::atomic<std::int64_t> left_ = 0;  // to begin; below zero: none
    std::atomic<std::int64_t> unconfirmed_ = 0;
    std::atomic<std::uint64_t> confirmed_ = 0;  // bytes
    sluice::client client_;
};

}  // namespace bench
