#include "net/tls_bio.hpp"

#include <algorithm>
#include <cstring>

namespace sluice::net
{

using asio::ip::tcp;

namespace
{

tls_bio& of(BIO* bio)
{
    return *static_cast<tls_bio*>(BIO_get_data(bio));
}

int write_sealed(BIO* bio, char const* data, std::size_t size, std::size_t* written)
{
    BIO_clear_retry_flags(bio);
    *written = of(bio).write({data, size});
    if (*written > 0)
        return 1;
    BIO_set_retry_write(bio);
    return 0;
}

int read_sealed(BIO* bio, char* data, std::size_t size, std::size_t* got)
{
    BIO_clear_retry_flags(bio);
    *got = of(bio).read({data, size});
    if (*got > 0)
        return 1;
    // Never the end: the stream above knows about that, and tells it as HTTP needs it.
    BIO_set_retry_read(bio);
    return 0;
}

long control(BIO*, int command, long, void*)
{
    return command == BIO_CTRL_FLUSH ? 1 : 0;  // flushing is up to the stream
}

int created(BIO* bio)
{
    BIO_set_init(bio, 1);
    return 1;
}

}  // namespace

BIO_METHOD* make_tls_bio_method()
{
    auto* const method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "sluice");
    if (method != nullptr)
    {
        BIO_meth_set_write_ex(method, &write_sealed);
        BIO_meth_set_read_ex(method, &read_sealed);
        BIO_meth_set_ctrl(method, &control);
        BIO_meth_set_create(method, &created);
    }
    return method;
}

tls_bio::tls_bio(batch_socket& socket, std::shared_ptr<stream_buffers> buffers)
    : socket_(socket), buffers_(std::move(buffers))
{}

std::size_t tls_bio::read(std::span<char> to) noexcept
{
    auto const taken = std::min(to.size(), end_ - begin_);
    if (taken == 0)
        return 0;
    std::memcpy(to.data(), received_.get() + begin_, taken);
    begin_ += taken;
    if (begin_ == end_)
        discard();
    return taken;
}

error_code tls_bio::try_fill()
{
    if (begin_ < end_)
        return {};
    if (!received_)
        received_ = buffers_->receives.take();
    auto const got = socket_.try_receive(asio::buffer(received_.get(), stream_buffers::receive_size));
    begin_ = 0;
    end_ = got.bytes;
    if (got.bytes == 0)
        discard();
    return got.code;
}

asio::awaitable<error_code> tls_bio::fill()
{
    for (;;)
    {
        if (!socket_.is_open())
            co_return asio::error::operation_aborted;
        auto code = try_fill();
        if (code != asio::error::would_block)
            co_return code;
        code = co_await socket_.wait(tcp::socket::wait_read);
        if (code)
            co_return code;
    }
}

void tls_bio::discard() noexcept
{
    begin_ = end_ = 0;
    buffers_->receives.give_back(std::move(received_));
}

}  // namespace sluice::net
