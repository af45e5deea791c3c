#include "emulator/request_parser.hpp"

#include "base/text.hpp"

#include <boost/beast/http/parser.hpp>

#include <string_view>

namespace sluice::emulator
{

namespace http = boost::beast::http;

namespace
{

// A Beast body that keeps nothing: what comes goes to the operation.
struct forwarded_body
{
    struct value_type
    {
        operation* sink = nullptr;
        std::uint64_t size = 0;
    };

    class reader
    {
    public:
        template <bool IsRequest, class Fields>
        reader(http::header<IsRequest, Fields>&, value_type& value) : value_(value)
        {}

        static void init(boost::optional<std::uint64_t> const&, error_code& failure) { failure = {}; }

        template <class Buffers>
        std::size_t put(Buffers const& buffers, error_code& failure)
        {
            failure = {};
            std::size_t taken = 0;
            for (auto it = boost::asio::buffer_sequence_begin(buffers); it != boost::asio::buffer_sequence_end(buffers);
                ++it)
            {
                boost::asio::const_buffer const block(*it);
                if (value_.sink != nullptr)
                    value_.sink->consume({static_cast<std::byte const*>(block.data()), block.size()});
                taken += block.size();
            }
            value_.size += taken;
            return taken;
        }

        static void finish(error_code& failure) { failure = {}; }

    private:
        value_type& value_;
    };
};

bool is_line_end(std::byte b) noexcept
{
    return b == std::byte{'\r'} || b == std::byte{'\n'};
}

// An absolute-form target, as sent to proxies, without its scheme and host (RFC 9112, section 3.2.2).
std::string_view origin_form(std::string_view target)
{
    auto const scheme = target.find("://");
    if (target.starts_with('/') || scheme == std::string_view::npos || scheme > target.find_first_of("/?"))
        return target;
    auto const path = target.find('/', scheme + 3);
    return path == std::string_view::npos ? "/" : target.substr(path);
}

}  // namespace

class request_parser::impl
{
public:
    impl()
    {
        parser_.header_limit(head_limit);
        parser_.body_limit(boost::none);
    }

    std::size_t feed(std::span<std::byte const> bytes)
    {
        error_code failure;
        auto const used = parser_.put(boost::asio::buffer(bytes.data(), bytes.size()), failure);
        if (failure && failure != http::error::need_more)
            failure_ = failure.message();
        return used;
    }

    http::request_parser<forwarded_body> parser_;
    std::size_t head_bytes_ = 0;
    std::string failure_;
};

request_parser::request_parser() : impl_(std::make_unique<impl>()) {}
request_parser::~request_parser() = default;

std::size_t request_parser::feed_head(std::span<std::byte const> bytes)
{
    std::size_t used = 0;
    // Empty lines before a request are skipped (RFC 9112, section 2.2).
    while (!started() && used < bytes.size() && is_line_end(bytes[used]))
        ++used;
    if (used == bytes.size())
        return used;

    auto const taken = impl_->feed(bytes.subspan(used));
    impl_->head_bytes_ += taken;
    // Beast looks at the size of what it is offered, not at the sum of what it took.
    if (!failed() && impl_->head_bytes_ > head_limit)
        impl_->failure_ = "header limit exceeded";
    return used + taken;
}

std::size_t request_parser::feed_body(std::span<std::byte const> bytes, operation* sink)
{
    impl_->parser_.get().body().sink = sink;
    impl_->parser_.eager(true);
    return impl_->feed(bytes);
}

bool request_parser::started() const noexcept
{
    return impl_->parser_.got_some();
}

bool request_parser::head_done() const noexcept
{
    return impl_->parser_.is_header_done();
}

bool request_parser::done() const noexcept
{
    return impl_->parser_.is_done();
}

std::uint64_t request_parser::body_size() const noexcept
{
    return impl_->parser_.get().body().size;
}

bool request_parser::failed() const noexcept
{
    return !impl_->failure_.empty();
}

std::string const& request_parser::failure() const noexcept
{
    return impl_->failure_;
}

request_head request_parser::head() const
{
    auto const& message = impl_->parser_.get();
    request_head head;
    head.method = std::string(message.method_string());
    head.target = std::string(origin_form({message.target().data(), message.target().size()}));
    for (auto const& field : message)
    {
        std::string_view const name(field.name_string().data(), field.name_string().size());
        std::string_view const value(field.value().data(), field.value().size());
        head.fields.emplace_back(name, trim(value));
    }
    return head;
}

bool request_parser::keep_alive() const
{
    return impl_->parser_.keep_alive();
}

bool request_parser::expects_continue() const
{
    auto const& message = impl_->parser_.get();
    auto const expect = message[http::field::expect];
    return message.version() >= 11 && equal_ignoring_case({expect.data(), expect.size()}, "100-continue");
}

}  // namespace sluice::emulator
