#pragma once

#include "ims/json_object.hpp"

#include <string>
#include <string_view>

namespace sluice::ims
{

// A text that may hold a credential, with the padding that json_object_reader needs: wiped in the end.
class answer_text
{
public:
    answer_text() = default;
    explicit answer_text(std::string_view text) { assign(text); }
    answer_text(answer_text const&) = delete;
    answer_text& operator=(answer_text const&) = delete;
    ~answer_text() { wipe(); }

    void assign(std::string_view text);  // in the memory of the text before
    void wipe() noexcept;

    [[nodiscard]] std::string_view view() const noexcept { return {text_.data(), size_}; }

    // The string of a token of this text, its escapes removed in place: once only for each token.
    [[nodiscard]] std::string_view resolve(json_token const& token) noexcept;

private:
    std::string text_;
    std::size_t size_ = 0;
};

}  // namespace sluice::ims
