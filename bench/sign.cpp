// What does a signature cost: one HMAC, an API call's, a part's?

#include "base/hex.hpp"
#include "sign/ours.hpp"
#include "sign/peers.hpp"
#include "sign/sample.hpp"
#include "support/allocations.hpp"
#include "support/contest.hpp"
#include "support/keep.hpp"
#include "support/options.hpp"
#include "support/processor.hpp"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace
{

using namespace bench;
using role = contest::role;
namespace acs3 = sluice::sign::acs3;
namespace oss_v1 = sluice::sign::oss_v1;
namespace oss_v4 = sluice::sign::oss_v4;

constexpr char const* program = "sign";

// A peer that signs something else would be no peer.
void demand_same(std::string_view authorization, std::string_view signature)
{
    if (!authorization.ends_with(signature))
        throw std::runtime_error("a peer's signature differs: " + std::string(signature));
}

void run_and_emit(contest& c, std::string const& text_name, std::size_t text_bytes)
{
    c.run();
    for (auto& r : c.rows())
    {
        r.parameters.emplace_back(text_name, std::to_string(text_bytes) + " bytes");
        emit(r);
    }
}

void add_compression(contest& c, void (*compress)(std::size_t) noexcept, std::size_t blocks)
{
    c.add(role::limit, "bare compression", [compress, blocks] { compress(blocks); });
}

void measure_hmac(sample_call const& call, options const& o)
{
    auto const text = acs3::string_to_sign(acs3::canonical_request(call.request));
    own_signer ours;
    demand_same(sluice::to_hex(ours.hmac(text)), acs3::signature(text, sample_secret));

    contest c(program, "HMAC-SHA-256", o);
    c.add(role::own, "sluice", [&] { keep(ours.hmac(text)); });
    c.add(role::peer, "HMAC()", [&] { keep(naive_hmac_sha256(mac::one_shot, sample_secret, text)); });
    c.add(role::peer, "EVP_MAC fetched each time", [&] { keep(naive_hmac_sha256(mac::fetched, sample_secret, text)); });
    add_compression(c, &compress_sha256, hmac_blocks(text.size()));
    run_and_emit(c, "text", text.size());
}

void measure_acs3(sample_call const& call, options const& o)
{
    auto const canonical = acs3::canonical_request(call.request);
    auto const text = acs3::string_to_sign(canonical);
    own_signer ours;
    for (auto const how : {mac::one_shot, mac::fetched})
        demand_same(ours.acs3(call), naive_acs3(how, call.request, sample_secret));

    contest c(program, "ACS3, CreateUploadStream", o);
    c.add(role::own, "sluice", [&] { keep(ours.acs3(call)); });
    c.add(role::peer, "HMAC()", [&] { keep(naive_acs3(mac::one_shot, call.request, sample_secret)); });
    c.add(
        role::peer, "EVP_MAC fetched each time", [&] { keep(naive_acs3(mac::fetched, call.request, sample_secret)); });
    c.add(role::peer, "EVP_Digest and HMAC() alone", [&] { keep(naive_hash_and_sign(canonical, sample_secret)); });
    add_compression(c, &compress_sha256, sha_blocks(canonical.size()) + hmac_blocks(text.size()));
    run_and_emit(c, "canonical request", canonical.size());
}

void measure_oss_v4(sample_part const& part, options const& o)
{
    auto const canonical = oss_v4::canonical_request(part.v4);
    auto const text = oss_v4::string_to_sign(sample_timestamp, part.scope, canonical);
    auto const key = naive_oss_v4_key(sample_secret, part.scope);
    own_signer ours;
    demand_same(ours.oss_v4(part), naive_oss_v4(part.v4, sample_timestamp, part.scope, key));

    contest c(program, "OSS V4, a part with token", o);
    c.add(role::own, "sluice", [&] { keep(ours.oss_v4(part)); });
    c.add(role::peer, "HMAC(), key derived each time", [&] {
        auto const fresh = naive_oss_v4_key(sample_secret, part.scope);
        keep(naive_oss_v4(part.v4, sample_timestamp, part.scope, fresh));
    });
    c.add(role::peer, "HMAC(), key cached", [&] { keep(naive_oss_v4(part.v4, sample_timestamp, part.scope, key)); });
    c.add(role::peer, "EVP_Digest and HMAC() alone", [&] { keep(naive_hash_and_sign(canonical, sample_secret)); });
    add_compression(c, &compress_sha256, sha_blocks(canonical.size()) + hmac_blocks(text.size()));
    run_and_emit(c, "canonical request", canonical.size());
}

void measure_oss_v1(sample_part const& part, options const& o)
{
    auto const text = oss_v1::string_to_sign(part.v1, sample_http_date);
    own_signer ours;
    demand_same(ours.oss_v1(part), naive_oss_v1(part.v1, sample_http_date, sample_secret));

    contest c(program, "OSS V1, a part with token", o);
    c.add(role::own, "sluice", [&] { keep(ours.oss_v1(part)); });
    c.add(role::peer, "HMAC()", [&] { keep(naive_oss_v1(part.v1, sample_http_date, sample_secret)); });
    add_compression(c, &compress_sha1, hmac_blocks(text.size()));
    run_and_emit(c, "text", text.size());
}

}  // namespace

int main(int argc, char** argv)
{
    count_openssl_allocations();
    auto const o = read_options(argc, argv);
    pin_to_processor(0);
    try
    {
        sample_call const call;
        sample_part const part;
        measure_hmac(call, o);
        measure_acs3(call, o);
        measure_oss_v4(part, o);
        measure_oss_v1(part, o);
    }
    catch (std::exception const& e)
    {
        std::fprintf(stderr, "bench-sign: %s\n", e.what());
        return EXIT_FAILURE;
    }
}
