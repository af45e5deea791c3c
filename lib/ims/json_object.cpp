#include "ims/json_object.hpp"

#include "base/text.hpp"
#include "ims/flat_object.hpp"
#include "ims/json_text.hpp"

#include <simdjson.h>

#include <cassert>
#include <cstring>
#include <optional>

namespace sluice::ims
{

static_assert(json_padding >= simdjson::SIMDJSON_PADDING);

namespace
{

namespace ondemand = simdjson::ondemand;

// simdjson's token of a string, from its opening quote to the next token, has been found to end with a quote.
std::optional<json_token> string_token(std::string_view token, bool may_be_escaped) noexcept
{
    token = trim(token);
    if (token.size() < 2)
        return std::nullopt;
    auto const content = token.substr(1, token.size() - 2);
    auto const escaped = may_be_escaped && content.find('\\') != std::string_view::npos;
    if (escaped && !is_json_string_content(content))
        return std::nullopt;
    return json_token{content, json_token::kind::string, escaped};
}

std::optional<json_token> plain_token(std::string_view token) noexcept
{
    token = trim(token);
    if (token == "null")
        return json_token{token, json_token::kind::null};
    if (token == "true" || token == "false")
        return json_token{token, json_token::kind::boolean};
    if (is_json_number(token))
        return json_token{token, json_token::kind::number};
    return std::nullopt;
}

template <class Container>
std::optional<json_token> container_token(json_token::kind what, simdjson::simdjson_result<Container> container)
{
    Container value;
    std::string_view text;
    if (std::move(container).get(value) || value.raw_json().get(text) || !is_json_value(text))
        return std::nullopt;
    return json_token{trim(text), what};
}

// Takes the value, so that simdjson need not skip it: it would take "a" of {"x":"a":1} for a name.
std::optional<json_token> take(ondemand::value value, bool may_be_escaped)
{
    auto const token = value.raw_json_token();
    switch (token.front())
    {
    case '[':
        return container_token(json_token::kind::array, value.get_array());
    case '{':
        return container_token(json_token::kind::object, value.get_object());
    case '"':
    {
        ondemand::raw_json_string taken;
        if (value.get_raw_json_string().get(taken))
            return std::nullopt;
        return string_token(token, may_be_escaped);
    }
    default:
        return plain_token(token);
    }
}

// A name without escapes, from behind its opening quote on. Its end need not be looked for: the padding behind the text
// lets any name be compared.
struct plain_name
{
    char const* begin;

    bool operator==(std::string_view name) const noexcept
    {
        assert(name.size() < json_padding);
        return *begin == name.front() && std::memcmp(begin, name.data(), name.size()) == 0 && begin[name.size()] == '"';
    }
};

// The name that begins at `begin`, behind its quote; the text is known to hold the closing one.
std::string_view name_at(char const* begin, char const* limit) noexcept
{
    auto const* end = begin;
    while (end != limit && *end != '"')
        end += *end == '\\' && limit - end > 1 ? 2 : 1;
    return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

class json_object_reader::impl
{
public:
    bool read(std::string_view text, std::span<std::string_view const> names, std::span<json_token> tokens)
    {
        ondemand::document document;
        ondemand::object object;
        if (parser_.iterate(text.data(), text.size(), text.size() + json_padding).get(document) ||
            document.get_object().get(object))
            return false;
        auto const escapes = text.find('\\') != std::string_view::npos;
        for (auto member : object)
        {
            ondemand::field field;
            if (std::move(member).get(field))
                return false;
            auto const* const name = field.key().raw();
            auto const token = take(field.value(), escapes);
            if (!token)
                return false;
            if (!escapes)
                keep(plain_name{name}, *token, names, tokens);
            else if (!keep_escaped(name_at(name, text.data() + text.size()), *token, names, tokens))
                return false;
        }
        return is_at_end(document);
    }

private:
    template <class Name>
    static void keep(Name const& name, json_token const& token, std::span<std::string_view const> names,
        std::span<json_token> tokens) noexcept
    {
        for (std::size_t i = 0; i < names.size(); ++i)
        {
            if (name == names[i])
            {
                tokens[i] = token;
                return;
            }
        }
    }

    // False when the name is none.
    bool keep_escaped(std::string_view name, json_token const& token, std::span<std::string_view const> names,
        std::span<json_token> tokens)
    {
        auto const escaped = name.find('\\') != std::string_view::npos;
        if (escaped && !is_json_string_content(name))
            return false;
        keep(escaped ? std::string_view(scratch_ = unescape_json(name)) : name, token, names, tokens);
        return true;
    }

    static bool is_at_end(ondemand::document& document) noexcept
    {
        char const* rest = nullptr;
        return document.current_location().get(rest) == simdjson::OUT_OF_BOUNDS;
    }

    ondemand::parser parser_;
    std::string scratch_;
};

std::string json_token::str() const
{
    if (!is_string())
        return {};
    return escaped ? unescape_json(text) : std::string(text);
}

json_object_reader::json_object_reader() = default;
json_object_reader::json_object_reader(json_object_reader&&) noexcept = default;
json_object_reader& json_object_reader::operator=(json_object_reader&&) noexcept = default;
json_object_reader::~json_object_reader() = default;

bool json_object_reader::read(std::string_view text, std::span<std::string_view const> names,
    std::span<json_token> tokens, text_kernel const& with)
{
    assert(names.size() == tokens.size());
    std::fill(tokens.begin(), tokens.end(), json_token{});
    if (read_flat_object(text, names, tokens, with.mark_json))
        return true;
    std::fill(tokens.begin(), tokens.end(), json_token{});
    if (!impl_)
        impl_ = std::make_unique<impl>();
    return impl_->read(text, names, tokens);
}

}  // namespace sluice::ims
