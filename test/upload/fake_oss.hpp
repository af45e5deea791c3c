#pragma once

#include "net/transport.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace sluice::test
{

// A transport with a tiny OSS behind it, which fails on order: one bucket, no signatures, everything in memory.
class fake_oss final : public net::transport
{
public:
    enum class fault
    {
        none,
        lost_before,    // the connection is lost, nothing was done
        lost_after,     // it was done, and the answer is lost
        unavailable,    // 503, nothing was done
        denied,         // 403 AccessDenied, nothing was done
        token_expired,  // 403 SecurityTokenExpired, nothing was done
        refused,        // 403 refusal_code, nothing was done
        invalid,        // 400 InvalidArgument, nothing was done
        silent,         // nothing is done, and no answer comes until cancelled or, with a clock, out of time
        done_silent,    // it was done, and likewise
        wrong_crc,      // done, but the stated CRC-64 is another
        no_crc,         // done, no CRC-64 stated
        dropped,        // answered well, and the part is not kept
        early_success   // a success before the body was read
    };

    struct call
    {
        unsigned number = 0;  // from 0
        std::string method;
        std::string key;
        std::map<std::string, std::string> query;

        [[nodiscard]] bool is_put() const { return method == "PUT" && query.empty(); }
        [[nodiscard]] bool is_initiate() const { return method == "POST" && query.contains("uploads"); }
        [[nodiscard]] bool is_part() const { return method == "PUT" && query.contains("partNumber"); }
        [[nodiscard]] bool is_complete() const { return method == "POST" && query.contains("uploadId"); }
        [[nodiscard]] bool is_abort() const { return method == "DELETE"; }
        [[nodiscard]] bool is_head() const { return method == "HEAD"; }
        [[nodiscard]] bool is_list() const { return method == "GET" && query.contains("uploadId"); }
    };

    // Asked when a request begins. It may cancel the caller, too: what is sent then is done all the same.
    std::function<fault(call const&)> on_call = [](call const&) { return fault::none; };

    // Told when a request was done and its answer is on its way.
    std::function<void(call const&)> on_done = [](call const&) {};

    // Asked again and again when a request was done: its answer waits until it may go.
    std::function<bool()> may_answer = [] { return true; };

    // For the limits of requests that get no answer, and for the dates of uploads.
    sluice::clock* time = nullptr;

    std::map<std::string, std::string> objects;
    struct upload
    {
        std::string key;
        std::map<unsigned, std::string> parts;
        std::string initiated = "2026-01-01T00:00:00.000Z";
    };
    std::map<std::string, upload> open_uploads;
    unsigned parts_stored = 0;  // how often any was
    bool unreachable = false;   // no connection can be made
    bool lists_crc = true;      // ListParts states the CRC-64 of parts
    std::string refusal_code;   // of fault::refused
    unsigned calls = 0;
    unsigned in_flight = 0;
    unsigned most_in_flight = 0;
    unsigned being_sent = 0;
    unsigned most_being_sent = 0;

    asio::awaitable<result<net::response>> send(endpoint const& origin, net::request& what, steady_time until) override;

private:
    static call read_head(std::string const& head);
    asio::awaitable<result<std::string>> receive(net::request& what);
    static asio::awaitable<result<std::string>> read_body(net::body_source* body);
    asio::awaitable<result<net::response>> serve(call const& c, net::request& what, steady_time until);
    asio::awaitable<result<net::response>> never_answer(steady_time until);
    net::response perform(call const& c, std::string const& body);
    net::response initiate(call const& c);
    net::response store_part(call const& c, std::string const& body);
    net::response complete(call const& c, std::string const& list);
    net::response list_uploads(call const& c) const;
    net::response list_parts(call const& c) const;
    net::response head(call const& c) const;
};

}  // namespace sluice::test
