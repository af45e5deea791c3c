#include "decode/simdjson_floor.hpp"

#include <simdjson.h>

#include <stdexcept>

namespace bench
{

class simdjson_floor::impl
{
public:
    impl()
    {
        constexpr std::size_t capacity = 65536;
        constexpr std::size_t depth = 16;
        auto const& fastest = *simdjson::get_active_implementation();
        if (fastest.create_dom_parser_implementation(capacity, depth, parser_))
            throw std::runtime_error("simdjson has no parser to give");
    }

    void find_structure(std::string_view text)
    {
        auto const* const bytes = reinterpret_cast<std::uint8_t const*>(text.data());
        if (parser_->stage1(bytes, text.size(), simdjson::stage1_mode::regular))
            throw std::runtime_error("simdjson refuses the sample");
    }

private:
    std::unique_ptr<simdjson::internal::dom_parser_implementation> parser_;
};

simdjson_floor::simdjson_floor() : impl_(std::make_unique<impl>()) {}
simdjson_floor::~simdjson_floor() = default;

void simdjson_floor::find_structure(std::string_view text)
{
    impl_->find_structure(text);
}

}  // namespace bench
