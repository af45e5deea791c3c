// How long does it take from UploadAddress and UploadAuth to credentials, and from the whole answer to a grant?

#include "decode/peers.hpp"
#include "decode/sample.hpp"
#include "decode/simdjson_floor.hpp"
#include "ims/answer.hpp"
#include "ims/grant_decoder.hpp"
#include "ims/json_object.hpp"
#include "ims/text_kernel.hpp"
#include "support/allocations.hpp"
#include "support/contest.hpp"
#include "support/keep.hpp"
#include "support/options.hpp"
#include "support/processor.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>

namespace
{

using namespace bench;
using sluice::ims::text_kernel;
using sluice::ims::text_kernels;
using role = contest::role;

constexpr char const* program = "decode";

void demand(bool holds, char const* what)
{
    if (!holds)
        throw std::runtime_error(what);
}

// --- base64 alone: the two texts into memory that is there

void add_kernel(contest& c, sample_grant const& sample, text_kernel const& kernel, char* room)
{
    c.add(role::own, std::string(kernel.name), [&sample, &kernel, room] {
        keep(kernel.decode_base64(sample.upload_address.data(), sample.upload_address.size(), room));
        keep(kernel.decode_base64(sample.upload_auth.data(), sample.upload_auth.size(), room));
    });
}

void measure_base64(sample_grant const& sample, options const& o)
{
    auto const room = std::make_unique<char[]>(sample.upload_auth.size());
    contest c(program, "base64 of the pair", o);
    for (auto const& kernel : text_kernels())
        add_kernel(c, sample, kernel, room.get());
    c.add(role::peer, "OpenSSL EVP_DecodeBlock", [&sample, to = room.get()] {
        keep(openssl_decode_base64(sample.upload_address, to));
        keep(openssl_decode_base64(sample.upload_auth, to));
    });
    c.add(role::limit, "memcpy", [&sample, to = room.get()] {
        keep(sample.upload_address.copy(to, sample.upload_address.size()));
        keep(sample.upload_auth.copy(to, sample.upload_auth.size()));
    });
    c.run();
    for (auto const& r : c.rows())
        emit(r);
}

// --- the pair: base64, JSON and the checks of every field

void add_pair(contest& c, sample_grant const& sample, text_kernel const& kernel, sluice::ims::grant_buffer& buffer)
{
    demand(decode_grant(sample.upload_address, sample.upload_auth, buffer, kernel).has_value(), "the sample is bad");
    c.add(role::own, std::string(kernel.name),
        [&sample, &kernel, &buffer] { keep(decode_grant(sample.upload_address, sample.upload_auth, buffer, kernel)); });
}

void add_stage_one(contest& c, std::string address, std::string auth)
{
    auto const floor = std::make_shared<simdjson_floor>();
    address.append(sluice::ims::json_padding, '\0');
    auth.append(sluice::ims::json_padding, '\0');
    c.add(role::limit, "simdjson stage 1", [floor, address, auth] {
        floor->find_structure({address.data(), address.size() - sluice::ims::json_padding});
        floor->find_structure({auth.data(), auth.size() - sluice::ims::json_padding});
    });
}

constexpr char const* nlohmann_name = "OpenSSL + nlohmann-json";
constexpr char const* jsoncpp_name = "OpenSSL + jsoncpp";

void add_pair_peers(contest& c, sample_grant const& sample)
{
#ifdef SLUICE_BENCH_NLOHMANN
    c.add(role::peer, nlohmann_name,
        [&sample] { keep(nlohmann_decode_pair(sample.upload_address, sample.upload_auth)); });
#else
    c.add_missing(role::peer, nlohmann_name, "nlohmann-json is not installed");
#endif
#ifdef SLUICE_BENCH_JSONCPP
    c.add(
        role::peer, jsoncpp_name, [&sample] { keep(jsoncpp_decode_pair(sample.upload_address, sample.upload_auth)); });
#else
    c.add_missing(role::peer, jsoncpp_name, "jsoncpp is not installed");
#endif
}

void set_goal(row& r, contest const& c, std::string_view kernel, double bound)
{
    if (c.has(kernel) && c.has(nlohmann_name))
        r.goals.push_back(at_least(
            "times faster than " + std::string(nlohmann_name), bound, c.median(nlohmann_name) / c.median(kernel)));
}

void measure_pair(sample_grant const& sample, options const& o)
{
    sluice::ims::grant_buffer buffer;
    contest c(program, "credential pair", o);
    for (auto const& kernel : text_kernels())
        add_pair(c, sample, kernel, buffer);
    add_pair_peers(c, sample);
    add_stage_one(c, openssl_decode_base64(sample.upload_address), openssl_decode_base64(sample.upload_auth));
    c.run();
    for (auto& r : c.rows())
    {
        if (r.name.ends_with("avx512vbmi"))
            set_goal(r, c, "avx512vbmi", 35);
        if (r.name.ends_with("avx2"))
            set_goal(r, c, "avx2", 22);
        emit(r);
    }
}

// --- the answer: the JSON around the pair too, up to a grant that owns its texts

void add_answer_peers(contest& c, sample_grant const& sample)
{
#ifdef SLUICE_BENCH_NLOHMANN
    c.add(role::peer, nlohmann_name, [&sample] { keep(nlohmann_decode_answer(sample.answer)); });
#else
    c.add_missing(role::peer, nlohmann_name, "nlohmann-json is not installed");
#endif
#ifdef SLUICE_BENCH_JSONCPP
    c.add(role::peer, jsoncpp_name, [&sample] { keep(jsoncpp_decode_answer(sample.answer)); });
#else
    c.add_missing(role::peer, jsoncpp_name, "jsoncpp is not installed");
#endif
}

void measure_answer(sample_grant const& sample, options const& o)
{
    sluice::net::response answer;
    answer.status = 200;
    answer.body = sample.answer;
    sluice::credentials const who("id", "secret");
    sluice::ims::answer_reader reader;
    demand(reader.read_grant(answer, who).has_value(), "the sample answer is bad");

    contest c(program, "whole answer", o);
    c.add(role::own, "read_grant", [&] { keep(reader.read_grant(answer, who)); });
    add_answer_peers(c, sample);
    c.run();
    for (auto const& r : c.rows())
        emit(r);
}

}  // namespace

int main(int argc, char** argv)
{
    count_openssl_allocations();
    auto const o = read_options(argc, argv);
    pin_to_processor(0);
    try
    {
        sample_grant const sample;
        measure_base64(sample, o);
        measure_pair(sample, o);
        measure_answer(sample, o);
    }
    catch (std::exception const& e)
    {
        std::fprintf(stderr, "bench-decode: %s\n", e.what());
        return EXIT_FAILURE;
    }
}
