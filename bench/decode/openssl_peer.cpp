#include "decode/peers.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <stdexcept>

namespace bench
{

std::size_t openssl_decode_base64(std::string_view text, char* to)
{
    auto const size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(to),
        reinterpret_cast<unsigned char const*>(text.data()), static_cast<int>(text.size()));
    if (size < 0)
        throw std::runtime_error("EVP_DecodeBlock refuses the sample");
    auto const padding = static_cast<std::size_t>(std::count(text.end() - std::min<long>(2, size), text.end(), '='));
    return static_cast<std::size_t>(size) - padding;
}

std::string openssl_decode_base64(std::string_view text)
{
    std::string out(text.size() / 4 * 3, '\0');
    out.resize(openssl_decode_base64(text, out.data()));
    return out;
}

}  // namespace bench
