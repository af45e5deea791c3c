#include "oss/operation_request.hpp"

namespace sluice::oss
{

error refused(operation_plan const& what, std::string text)
{
    error e(errc::invalid_argument, std::move(text));
    e.operation = what.name;
    e.resource = what.at.url();
    e.attempts = 0;
    return e;
}

result<void> operation_request::compose(std::string& head)
{
    auto made = signer_.append_head(head, {what_.method, what_.at, what_.query, what_.content_type});
    if (!made)
        return made.error();
    signing_ = *std::move(made);
    ++composed_;
    return {};
}

std::string operation_request::resource() const
{
    auto text = what_.at.url();
    if (what_.part_number != 0)
        text.append(" part ").append(std::to_string(what_.part_number));
    return text;
}

asio::awaitable<result<asio::const_buffer>> text_body::next()
{
    if (std::exchange(given_, true))
        co_return asio::const_buffer();
    co_return asio::buffer(text_);
}

}  // namespace sluice::oss
