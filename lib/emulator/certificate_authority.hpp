#pragma once

#include <sluice/error.hpp>

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>
#include <vector>

namespace sluice::emulator
{

// A certificate authority made on the spot, and one server certificate that it issued. Keys live in memory alone.
class certificate_authority
{
public:
    // names: host names (a leading `*.` allowed) and address literals for the server's certificate.
    static result<certificate_authority> make(std::vector<std::string> const& names);

    certificate_authority(certificate_authority&&) noexcept;
    certificate_authority& operator=(certificate_authority&&) noexcept;
    ~certificate_authority();

    [[nodiscard]] std::string const& pem() const noexcept { return pem_; }  // of the authority
    [[nodiscard]] result<boost::asio::ssl::context> server_context() const;

private:
    struct keys;
    certificate_authority(std::unique_ptr<keys> k, std::string pem) noexcept;

    std::unique_ptr<keys> keys_;
    std::string pem_;
};

}  // namespace sluice::emulator
