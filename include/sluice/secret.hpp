#pragma once

#include <sluice/export.hpp>

#include <cstddef>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

namespace sluice
{

/// Text that must not be seen: wiped before its memory is freed, and printed as `***`.
class SLUICE_EXPORT secret_string
{
public:
    secret_string() noexcept = default;
    secret_string(std::string_view text);
    secret_string(char const* text) : secret_string(std::string_view(text)) {}
    secret_string(std::string const& text) : secret_string(std::string_view(text)) {}
    secret_string(secret_string const& other);
    secret_string(secret_string&& other) noexcept;
    secret_string& operator=(secret_string const& other);
    secret_string& operator=(secret_string&& other) noexcept;
    ~secret_string();

    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

    /// The text itself. Valid until the secret is assigned to or destroyed; don't keep copies.
    [[nodiscard]] std::string_view reveal() const noexcept { return {data_.get(), size_}; }

    friend bool operator==(secret_string const& a, secret_string const& b) noexcept { return a.reveal() == b.reveal(); }

private:
    void wipe() noexcept;

    std::unique_ptr<char[]> data_;
    std::size_t size_ = 0;
};

SLUICE_EXPORT std::ostream& operator<<(std::ostream& out, secret_string const& secret);

}  // namespace sluice
