#pragma once

#include "net/transport.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <cstdint>

namespace sluice::net
{

// Beast's parser writing straight into a response: no list of fields, no second copy of the body.
class answer_message final : public boost::beast::http::basic_parser<false>
{
public:
    static constexpr std::uint32_t max_header_bytes = 64 * kib;

    answer_message(bool head, std::uint64_t max_body)
    {
        header_limit(max_header_bytes);
        body_limit(max_body);
        skip(head);
        eager(true);
    }

    response answer;

private:
    using string_view = boost::beast::string_view;

    void on_request_impl(boost::beast::http::verb, string_view, string_view, int, error_code&) override {}

    void on_response_impl(int code, string_view, int, error_code&) override { answer.status = code; }

    void on_field_impl(boost::beast::http::field, string_view name, string_view value, error_code& ec) override
    {
        // Beast limits what it has not consumed yet; many small fields pass it by.
        header_bytes_ += name.size() + value.size() + 4;
        if (header_bytes_ > max_header_bytes)
        {
            ec = boost::beast::http::error::header_limit;
            return;
        }
        if (body_begun_)
            return;  // a trailer
        answer.headers.add({name.data(), name.size()}, {value.data(), value.size()});
    }

    void on_header_impl(error_code&) override {}

    void on_body_init_impl(boost::optional<std::uint64_t> const& length, error_code&) override
    {
        body_begun_ = true;
        // The peer's word alone does not make us allocate much.
        answer.body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(length.value_or(0), mib)));
    }

    std::size_t on_body_impl(string_view body, error_code&) override
    {
        answer.body.append(body.data(), body.size());
        return body.size();
    }

    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}

    std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override
    {
        answer.body.append(body.data(), body.size());
        return body.size();
    }

    void on_finish_impl(error_code&) override {}

    std::size_t header_bytes_ = 0;
    bool body_begun_ = false;
};

}  // namespace sluice::net
