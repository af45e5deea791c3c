// Written as it usually is: with texts that are made and thrown away. That is what is measured.
// NOLINTBEGIN(performance-inefficient-string-concatenation)
#include "sign/peers.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>

#include <cctype>
#include <map>
#include <stdexcept>

namespace bench
{

namespace
{

using fields = std::map<std::string, std::string>;

unsigned char const* bytes_of(std::string_view text)
{
    return reinterpret_cast<unsigned char const*>(text.data());
}

std::string text_of(unsigned char const* bytes, std::size_t size)
{
    return {reinterpret_cast<char const*>(bytes), size};
}

std::string two_digits(std::string_view digits, char c)
{
    auto const byte = static_cast<unsigned char>(c);
    return {digits[byte >> 4], digits[byte & 15]};
}

std::string hex(std::string const& bytes)
{
    std::string out;
    for (char const c : bytes)
        out += two_digits("0123456789abcdef", c);
    return out;
}

std::string sha256(std::string const& text)
{
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), out, &size, EVP_sha256(), nullptr);
    return text_of(out, size);
}

std::string hmac_one_shot(EVP_MD const* digest, std::string_view key, std::string_view text)
{
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(digest, key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(), out, &size);
    return text_of(out, size);
}

std::string hmac_fetched(std::string_view key, std::string_view text)
{
    auto* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    auto* const context = EVP_MAC_CTX_new(algorithm);
    char digest[] = "SHA256";
    OSSL_PARAM const parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
    unsigned char out[EVP_MAX_MD_SIZE];
    std::size_t size = 0;
    EVP_MAC_init(context, bytes_of(key), key.size(), parameters);
    EVP_MAC_update(context, bytes_of(text), text.size());
    EVP_MAC_final(context, out, &size, sizeof(out));
    EVP_MAC_CTX_free(context);
    EVP_MAC_free(algorithm);
    return text_of(out, size);
}

std::string encode(std::string_view text, bool keep_slash)
{
    std::string out;
    for (char const c : text)
    {
        auto const is_plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.' ||
                              c == '~' || (c == '/' && keep_slash);
        if (is_plain)
            out += c;
        else
            out += '%' + two_digits("0123456789ABCDEF", c);
    }
    return out;
}

std::string lower(std::string_view text)
{
    std::string out;
    for (char const c : text)
        out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

std::string query_text(std::span<sluice::sign::field_view const> query)
{
    fields sorted;
    for (auto const& [name, value] : query)
        sorted[encode(name, false)] = encode(value, false);
    std::string out;
    for (auto const& [name, value] : sorted)
        out += (out.empty() ? "" : "&") + name + "=" + value;
    return out;
}

fields headers_of(std::span<sluice::sign::field_view const> headers, std::string const& prefix)
{
    fields out;
    for (auto const& [name, value] : headers)
    {
        auto const key = lower(name);
        if (key.starts_with(prefix) || key == "host" || key == "content-type")
            out[key] = std::string(value);
    }
    return out;
}

std::string header_lines(fields const& headers)
{
    std::string out;
    for (auto const& [name, value] : headers)
        out += name + ":" + value + "\n";
    return out;
}

std::string header_names(fields const& headers)
{
    std::string out;
    for (auto const& [name, value] : headers)
        out += (out.empty() ? "" : ";") + name;
    return out;
}

}  // namespace

std::string naive_hmac_sha256(mac how, std::string_view key, std::string_view text)
{
    return how == mac::one_shot ? hmac_one_shot(EVP_sha256(), key, text) : hmac_fetched(key, text);
}

std::string naive_hash_and_sign(std::string const& canonical_request, std::string_view key)
{
    return hex(naive_hmac_sha256(mac::one_shot, key, hex(sha256(canonical_request))));
}

std::string naive_acs3(mac how, sluice::sign::acs3::request const& r, std::string_view access_key_secret)
{
    auto const headers = headers_of(r.headers, "x-acs-");
    auto const canonical = std::string(r.method) + "\n" + std::string(r.path) + "\n" + query_text(r.query) + "\n" +
                           header_lines(headers) + "\n" + header_names(headers) + "\n" + std::string(r.payload_sha256);
    return hex(naive_hmac_sha256(how, access_key_secret, "ACS3-HMAC-SHA256\n" + hex(sha256(canonical))));
}

std::string naive_oss_v4_key(std::string_view access_key_secret, sluice::sign::oss_v4::scope const& scope)
{
    auto key = "aliyun_v4" + std::string(access_key_secret);
    for (auto const step : {scope.day, scope.region, scope.product, std::string_view("aliyun_v4_request")})
        key = naive_hmac_sha256(mac::one_shot, key, step);
    return key;
}

std::string naive_oss_v4(sluice::sign::oss_v4::request const& r, std::string_view timestamp,
    sluice::sign::oss_v4::scope const& scope, std::string_view key)
{
    auto const headers = headers_of(r.headers, "x-oss-");
    auto const canonical = std::string(r.method) + "\n" +
                           encode("/" + std::string(r.bucket) + "/" + std::string(r.key), true) + "\n" +
                           query_text(r.query) + "\n" + header_lines(headers) + "\n\n" + "UNSIGNED-PAYLOAD";
    auto const scope_text = std::string(scope.day) + "/" + std::string(scope.region) + "/" +
                            std::string(scope.product) + "/aliyun_v4_request";
    auto const to_sign =
        "OSS4-HMAC-SHA256\n" + std::string(timestamp) + "\n" + scope_text + "\n" + hex(sha256(canonical));
    return hex(naive_hmac_sha256(mac::one_shot, key, to_sign));
}

std::string naive_oss_v1(
    sluice::sign::oss_v1::request const& r, std::string_view date, std::string_view access_key_secret)
{
    auto const to_sign = std::string(r.method) + "\n\n\n" + std::string(date) + "\n" +
                         header_lines(headers_of(r.headers, "x-oss-")) + "/" + std::string(r.bucket) + "/" +
                         std::string(r.key) + "?" + query_text(r.query);
    auto const bytes = hmac_one_shot(EVP_sha1(), access_key_secret, to_sign);
    std::string out(bytes.size() / 3 * 4 + 5, '\0');
    out.resize(static_cast<std::size_t>(EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(out.data()), bytes_of(bytes), static_cast<int>(bytes.size()))));
    return out;
}

}  // namespace bench
// NOLINTEND(performance-inefficient-string-concatenation)
