#include <sluice/secret.hpp>

#include "base/wipe.hpp"

#include <algorithm>
#include <ostream>
#include <utility>

namespace sluice
{

secret_string::secret_string(std::string_view text)
{
    if (text.empty())
        return;
    data_ = std::make_unique<char[]>(text.size());
    size_ = text.size();
    std::ranges::copy(text, data_.get());
}

secret_string::secret_string(secret_string const& other) : secret_string(other.reveal()) {}

secret_string::secret_string(secret_string&& other) noexcept
    : data_(std::move(other.data_)), size_(std::exchange(other.size_, 0))
{}

secret_string& secret_string::operator=(secret_string const& other)
{
    if (this != &other)
        *this = secret_string(other);
    return *this;
}

secret_string& secret_string::operator=(secret_string&& other) noexcept
{
    if (this == &other)
        return *this;
    wipe();
    data_ = std::move(other.data_);
    size_ = std::exchange(other.size_, 0);
    return *this;
}

secret_string::~secret_string()
{
    wipe();
}

void secret_string::wipe() noexcept
{
    if (data_)
        sluice::wipe(data_.get(), size_);
}

std::ostream& operator<<(std::ostream& out, secret_string const&)
{
    return out << "***";
}

}  // namespace sluice
