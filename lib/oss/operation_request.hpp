#pragma once

#include "net/transport.hpp"
#include "oss/request_signer.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::oss
{

// What one operation sends.
struct operation_plan
{
    operation_plan(std::string_view n, std::string_view m, object_location const& where) : name(n), method(m), at(where)
    {}

    std::string_view name;  // "UploadPart"
    std::string_view method;
    object_location const& at;
    std::vector<std::pair<std::string_view, std::string>> query{};
    std::string_view content_type{};  // empty: none
    net::body_source* body = nullptr;
    net::lane kind = net::lane::call;
    bool repeatable = true;
    bool is_on_bucket = false;   // and needs no key
    bool may_call_back = false;  // its callback can fail when all else is done
    bool may_be_gone = false;    // NoSuchUpload is as good as a success
    unsigned part_number = 0;    // 0: none; for messages
    priority urgency = priority::normal;
    bool yields = true;  // to others, where the service throttles
};

// errc::invalid_argument, before anything is sent.
error refused(operation_plan const& what, std::string text);

// An operation as a request of the pool, composed and signed afresh for each attempt.
class operation_request final : public net::request
{
public:
    operation_request(operation_plan what, request_signer& signer) : what_(std::move(what)), signer_(signer) {}

    result<void> compose(std::string& head) override;
    [[nodiscard]] net::body_source* body() noexcept override { return what_.body; }
    [[nodiscard]] std::string_view operation() const noexcept override { return what_.name; }
    [[nodiscard]] std::string resource() const override;
    [[nodiscard]] bool repeatable() const noexcept override { return what_.repeatable; }
    [[nodiscard]] net::lane kind() const noexcept override { return what_.kind; }
    [[nodiscard]] bool yields() const noexcept override { return what_.yields; }
    [[nodiscard]] priority urgency() const noexcept override { return what_.urgency; }
    [[nodiscard]] bool is_head() const noexcept override { return what_.method == "HEAD"; }

    [[nodiscard]] bool may_call_back() const noexcept { return what_.may_call_back; }
    [[nodiscard]] bool may_be_gone() const noexcept { return what_.may_be_gone; }

    [[nodiscard]] endpoint origin() const { return what_.at.origin(); }

    // Attempts begun on a connection: the service may have seen so many.
    [[nodiscard]] unsigned composed() const noexcept { return composed_; }

    // Of the latest attempt.
    [[nodiscard]] request_signer::signing const& signing() const noexcept { return signing_; }

private:
    operation_plan what_;
    request_signer& signer_;
    request_signer::signing signing_;
    unsigned composed_ = 0;
};

// A short body that is in memory.
class text_body final : public net::body_source
{
public:
    explicit text_body(std::string text) : text_(std::move(text)) {}

    [[nodiscard]] std::uint64_t size() const noexcept override { return text_.size(); }
    void rewind() override { given_ = false; }
    asio::awaitable<result<asio::const_buffer>> next() override;

private:
    std::string text_;
    bool given_ = false;
};

}  // namespace sluice::oss
