#include "upload/proof.hpp"

namespace sluice::upload
{

namespace
{

char const* const never_trust = "What is stored is not what was sent: upload again, and don't use the object";

error mismatch(std::string_view what, std::uint64_t theirs, std::uint64_t ours, std::string const& request_id)
{
    error e(errc::checksum_mismatch, "the server's CRC-64 of " + std::string(what) + " is " + std::to_string(theirs) +
                                         ", that of the source is " + std::to_string(ours));
    e.request_id = request_id;
    e.recommendation = never_trust;
    return e;
}

error wrong_size(std::uint64_t theirs, std::uint64_t ours)
{
    error e(errc::checksum_mismatch,
        "the stored object has " + std::to_string(theirs) + " bytes, the source has " + std::to_string(ours));
    e.recommendation = never_trust;
    return e;
}

error early_answer(std::string const& request_id)
{
    error e(errc::malformed_response, "the server reported success before the whole body was sent");
    e.request_id = request_id;
    e.recommendation = "Look at what stands between this machine and OSS, such as a proxy that answers by itself";
    return e;
}

error no_checksum()
{
    error e(errc::malformed_response, "the server states no CRC-64 of the stored object, so its delivery is unproven");
    e.recommendation = "Look at what stands between this machine and OSS: x-oss-hash-crc64ecma must get through";
    return e;
}

}  // namespace

result<void> compare(oss::stored const& answer, part_body const& sent, std::string_view what)
{
    if (!sent.finished())
        return early_answer(answer.request_id);
    if (answer.crc64 && *answer.crc64 != sent.crc64())
        return mismatch(what, *answer.crc64, sent.crc64(), answer.request_id);
    return {};
}

asio::awaitable<result<delivery>> prove(oss::service& oss, oss::object_location const& at, step_gate const& gate,
    oss::stored const& answer, std::uint64_t crc64, std::uint64_t size)
{
    delivery proven;
    proven.etag = answer.etag;
    proven.request_id = answer.request_id;
    proven.crc64 = crc64;
    if (answer.crc64)
    {
        if (*answer.crc64 != crc64)
            co_return mismatch("the object", *answer.crc64, crc64, answer.request_id);
        co_return proven;
    }

    if (auto open = co_await gate.pass(); !open)
        co_return open.error();
    auto const looked = co_await oss.head_object(at, gate.until());
    if (!looked)
        co_return looked.error();
    auto const& head = *looked;
    if (head.size != size)
        co_return wrong_size(head.size, size);
    if (!head.crc64)
        co_return no_checksum();
    if (*head.crc64 != crc64)
        co_return mismatch("the object", *head.crc64, crc64, answer.request_id);
    co_return proven;
}

}  // namespace sluice::upload
