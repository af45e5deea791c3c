// Every operation against the emulator, which verifies each signature from the bytes that came over the wire.
#include "live_rig.hpp"

#include "base/crc64.hpp"
#include "base/digest.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::oss;
using namespace sluice::test;
using namespace std::chrono_literals;

namespace
{

std::string bytes(std::size_t size, char first)
{
    std::string made(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        made[i] = static_cast<char>(first + static_cast<char>(i % 61));
    return made;
}

std::uint64_t crc_of(std::string_view text)
{
    return crc64(0, as_bytes(text));
}

std::string const first_part = bytes(std::size_t(100) * 1024, 'A');
std::string const last_part = bytes(1000, 'a');

// Initiates and sends both parts.
struct begun_upload
{
    std::string id;
    std::vector<part_ref> parts;
};
begun_upload begin_upload(live_rig& rig, object_location const& at)
{
    begun_upload made;
    made.id = rig.run(rig.service().initiate_multipart_upload(at, live_rig::soon())).value();
    unsigned number = 0;
    for (std::string const* const text : {&first_part, &last_part})
    {
        text_body body(*text);
        auto const part = rig.run(rig.service().upload_part(at, made.id, ++number, body, live_rig::soon())).value();
        CHECK(part.crc64 == crc_of(*text));
        made.parts.push_back({number, part.etag});
    }
    return made;
}

std::optional<emulator::fault> fault_once(
    emulator::request_event const& event, std::string_view operation, emulator::fault::kind what, bool& fired)
{
    if (fired || event.operation != operation)
        return std::nullopt;
    fired = true;
    emulator::fault made;
    made.what = what;
    return made;
}

}  // namespace

TEST_CASE("an object goes up in parts and as a whole, over http and https, with either signature")
{
    for (bool const tls : {false, true})
        for (auto const signature : {signature_version::v4, signature_version::v1})
            for (auto const* const token : {"", "STS/token+1=="})
            {
                CAPTURE(tls);
                CAPTURE(token);
                live_rig rig({.signature = signature, .token = token});
                auto const at = rig.at("dir//a b+c%/../\xE5\xAA\x92'(1)*!.mp4", tls);
                auto const whole = first_part + last_part;

                text_body body(whole);
                auto const put = rig.run(rig.service().put_object(at, body, live_rig::soon()));
                REQUIRE(put);
                CHECK(put->crc64 == crc_of(whole));
                CHECK(rig.server.object(bucket, at.key) == whole);

                auto const upload = begin_upload(rig, at);
                auto const parts = rig.run(rig.service().list_parts(at, upload.id, live_rig::soon()));
                REQUIRE(parts);
                REQUIRE(parts->size() == 2);
                CHECK((*parts)[0].size == first_part.size());
                CHECK((*parts)[0].etag == upload.parts[0].etag);
                CHECK((*parts)[1].crc64.value_or(crc_of(last_part)) == crc_of(last_part));

                auto const uploads = rig.run(rig.service().list_multipart_uploads(at, "dir//", live_rig::soon()));
                REQUIRE(uploads);
                REQUIRE(uploads->size() == 1);
                CHECK((*uploads)[0].key == at.key);
                CHECK((*uploads)[0].upload_id == upload.id);

                auto const made =
                    rig.run(rig.service().complete_multipart_upload(at, upload.id, upload.parts, live_rig::soon()));
                REQUIRE(made);
                CHECK(made->crc64 == crc_of(whole));
                CHECK(made->etag.ends_with("-2"));

                auto const head = rig.run(rig.service().head_object(at, live_rig::soon()));
                REQUIRE(head);
                CHECK(head->size == whole.size());
                CHECK(head->crc64 == crc_of(whole));
                CHECK(head->type == "Multipart");
                CHECK(rig.server.open_uploads().empty());
            }
}

TEST_CASE("a bucket is reached by its virtual host and by a domain of its own")
{
    live_rig rig;
    auto where = parse_endpoint(rig.server.oss_tls_url()).value();
    for (auto const* const host : {"oss-cn-shanghai.aliyuncs.com", "media.example.com"})
    {
        CAPTURE(host);
        where.host = host;
        where.host_is_address = false;
        auto const at = make_location(where.url(), bucket, host, "cn-shanghai").value();
        text_body body("data");
        REQUIRE(rig.run(rig.service().put_object(at, body, live_rig::soon())));
        CHECK(rig.server.object(bucket, at.key) == "data");
    }
}

TEST_CASE("an aborted upload is gone, and may be aborted twice")
{
    live_rig rig;
    auto const at = rig.at("k");
    auto const upload = begin_upload(rig, at);
    CHECK(rig.server.open_uploads().size() == 1);
    CHECK(rig.run(rig.service().abort_multipart_upload(at, upload.id, live_rig::soon())));
    CHECK(rig.run(rig.service().abort_multipart_upload(at, upload.id, live_rig::soon())));
    CHECK(rig.server.open_uploads().empty());
    auto const parts = rig.run(rig.service().list_parts(at, upload.id, live_rig::soon()));
    REQUIRE_FALSE(parts);
    CHECK(parts.error().service_code == "NoSuchUpload");
    CHECK_FALSE(parts.error().request_id.empty());
}

TEST_CASE("an object that is not there is told by the head alone")
{
    live_rig rig;
    auto const head = rig.run(rig.service().head_object(rig.at("nothing"), live_rig::soon()));
    REQUIRE_FALSE(head);
    CHECK(head.error().http_status == 404);
    CHECK(head.error().service_code == "NoSuchKey");
}

TEST_CASE("a clock that is off is put right by the first answer")
{
    for (auto const off_by : {std::chrono::seconds(2h), std::chrono::seconds(-30h)})
        for (auto const signature : {signature_version::v4, signature_version::v1})
        {
            CAPTURE(off_by.count());
            live_rig rig({.clock_off_by = off_by, .signature = signature});
            text_body body("data");
            auto const put = rig.run(rig.service().put_object(rig.at("k"), body, live_rig::soon()));
            REQUIRE(put);
            CHECK(put->attempts == 2);
            CHECK(rig.run(rig.service().put_object(rig.at("k"), body, live_rig::soon()))->attempts == 1);
        }
}

TEST_CASE("each operation survives one fault of the server's")
{
    using kind = emulator::fault::kind;
    for (auto const what : {kind::reset_before, kind::reset_after, kind::answer_status, kind::answer_garbage,
             kind::answer_half, kind::answer_html, kind::close_after})
        for (std::string_view const operation :
            {"InitiateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "ListParts", "HeadObject"})
        {
            CAPTURE(static_cast<int>(what));
            CAPTURE(operation);
            bool fired = false;
            live_rig rig({.on_request = [&](emulator::request_event const& event) {
                return fault_once(event, operation, what, fired).value_or(emulator::fault{});
            }});
            auto const at = rig.at("k.mp4");
            auto const upload = begin_upload(rig, at);
            auto const whole = first_part + last_part;

            auto const parts = rig.run(rig.service().list_parts(at, upload.id, live_rig::soon()));
            REQUIRE(parts);
            CHECK(parts->size() == 2);
            expected_object const all{whole.size(), crc_of(whole)};
            auto const made =
                rig.run(rig.service().complete_multipart_upload(at, upload.id, upload.parts, live_rig::soon(), all));
            REQUIRE(made);
            CHECK(made->crc64 == all.crc64);
            CHECK(rig.server.object(bucket, at.key) == whole);
            CHECK(rig.run(rig.service().head_object(at, live_rig::soon())));
            CHECK(fired);
        }
}

TEST_CASE("a wrong secret is an error that says what to look at, and shows none")
{
    for (auto const signature : {signature_version::v4, signature_version::v1})
    {
        live_rig rig({.signature = signature, .token = "STS/token+1==", .secret = "not-the-secret"});
        text_body body("data");
        auto const put = rig.run(rig.service().put_object(rig.at("k"), body, live_rig::soon()));
        REQUIRE_FALSE(put);
        auto const text = put.error().describe();
        CHECK(put.error().service_code == "SignatureDoesNotMatch");
        CHECK(text.find("Check the access key secret") != std::string::npos);
        CHECK(text.find("STS/token") == std::string::npos);
        CHECK(text.find("not-the-secret") == std::string::npos);
        CHECK_FALSE(rig.server.object(bucket, "k"));
    }
}
