#include "upload/proof.hpp"

#include <utility>

namespace sluice::upload
{

namespace
{

char const* const look_between =
    "Look at what stands between this machine and OSS, such as a proxy that answers by itself";

// Who answered, and how.
struct witness
{
    std::string host;
    int http_status = 0;
    std::string request_id;
};

template <class Answer>
witness witness_of(Answer const& answer)
{
    return {answer.host, answer.http_status, answer.request_id};
}

std::string name_of(storing const& what)
{
    return what.part_number == 0 ? "the object" : "part " + std::to_string(what.part_number);
}

error found(errc code, std::string text, storing const& what, witness const& by)
{
    error e(code, std::move(text));
    e.operation = what.operation;
    e.resource = what.at.url();
    if (what.part_number != 0)
        e.resource += " part " + std::to_string(what.part_number);
    e.host = by.host;
    e.http_status = by.http_status;
    e.request_id = by.request_id;
    return e;
}

// A bad part is no harm but to the upload; a bad object is there for everybody to read.
std::string advice_on_bad(storing const& what)
{
    if (what.part_number != 0)
        return "The part did not arrive as it was sent: upload again; if it goes on, look at the network and its "
               "proxies";
    return "The object is stored, was not deleted, and is not what was sent: don't use it, and upload again";
}

error mismatch(storing const& what, witness const& by, std::uint64_t theirs, std::uint64_t ours)
{
    auto e = found(errc::checksum_mismatch,
        "the server's CRC-64 of " + name_of(what) + " is " + std::to_string(theirs) + ", that of the source is " +
            std::to_string(ours),
        what, by);
    e.recommendation = advice_on_bad(what);
    return e;
}

error wrong_size(storing const& what, witness const& by, std::uint64_t theirs, std::uint64_t ours)
{
    auto e = found(errc::checksum_mismatch,
        "the stored object has " + std::to_string(theirs) + " bytes, the source has " + std::to_string(ours), what, by);
    e.recommendation = advice_on_bad(what);
    return e;
}

error early_answer(storing const& what, witness const& by)
{
    auto e = found(errc::malformed_response, "the server reported success before the whole body was sent", what, by);
    e.recommendation = look_between;
    return e;
}

error no_checksum(storing const& what, witness const& by)
{
    auto e = found(errc::malformed_response,
        "the server states no CRC-64 of the stored object, so its delivery is unproven", what, by);
    e.recommendation = "The object is stored, and was not deleted. ";
    e.recommendation += look_between;
    e.recommendation += ": x-oss-hash-crc64ecma must get through";
    return e;
}

delivery confirmed_by(oss::stored const& answer, oss::expected_object const& expected)
{
    delivery proven;
    proven.etag = answer.etag;
    proven.request_id = answer.request_id;
    proven.callback_failure = answer.callback_failure;
    proven.crc64 = expected.crc64;
    return proven;
}

error not_looked_at(error e)
{
    e.message =
        e.reason() + "; the service had confirmed that the object is stored, but its CRC-64 could not be looked at";
    return e;
}

}  // namespace

result<void> compare(oss::stored const& answer, part_body const& sent, storing const& what)
{
    if (!sent.finished())
        return early_answer(what, witness_of(answer));
    if (answer.crc64 && *answer.crc64 != sent.crc64())
        return mismatch(what, witness_of(answer), *answer.crc64, sent.crc64());
    return {};
}

std::optional<result<delivery>> prove_by_answer(
    storing const& what, oss::stored const& answer, oss::expected_object const& expected)
{
    if (!answer.crc64)
        return std::nullopt;
    if (*answer.crc64 != expected.crc64)
        return mismatch(what, witness_of(answer), *answer.crc64, expected.crc64);
    return confirmed_by(answer, expected);
}

asio::awaitable<result<delivery>> prove(oss::service& oss, step_gate const& gate, storing const& what,
    oss::stored const& answer, oss::expected_object const& expected)
{
    if (auto by_answer = prove_by_answer(what, answer, expected))
        co_return *std::move(by_answer);

    if (auto open = co_await gate.pass(); !open)
        co_return not_looked_at(std::move(open).error());
    auto const looked = co_await oss.head_object(what.at, gate.until());
    if (!looked)
        co_return not_looked_at(looked.error());
    auto const& head = *looked;
    if (head.size != expected.size)
        co_return wrong_size(what, witness_of(head), head.size, expected.size);
    if (!head.crc64)
        co_return no_checksum(what, witness_of(head));
    if (*head.crc64 != expected.crc64)
        co_return mismatch(what, witness_of(head), *head.crc64, expected.crc64);
    auto proven = confirmed_by(answer, expected);
    if (proven.etag.empty())
        proven.etag = head.etag;
    co_return proven;
}

std::optional<delivery> delivered(oss::object_head const& there, oss::expected_object const& expected)
{
    if (there.size != expected.size || there.crc64 != expected.crc64)
        return std::nullopt;
    delivery proven;
    proven.etag = there.etag;
    proven.request_id = there.request_id;
    proven.crc64 = expected.crc64;
    return proven;
}

}  // namespace sluice::upload
