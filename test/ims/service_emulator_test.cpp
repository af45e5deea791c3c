#include "ims/service.hpp"

#include "net/pool.hpp"
#include "support/run.hpp"

#include <sluice/emulator.hpp>

#include <boost/asio/io_context.hpp>

#include <doctest/doctest.h>

using namespace sluice;

namespace
{

struct set_up
{
    std::string token{};
    std::string secret{};  // empty: the right one
    std::chrono::seconds clock_off_by{0};
    std::function<emulator::fault(emulator::request_event const&)> on_request{};
};

// The emulator, which verifies what comes over the wire, and a service that talks to it through the real pool.
class live_service
{
public:
    explicit live_service(set_up how = {}) : how_(std::move(how)), server_(loop_.get_executor(), server_config(how_))
    {
        REQUIRE(server_.start().has_value());
    }

    ~live_service()
    {
        pool_.shut_down();
        server_.stop();
        loop_.restart();
        loop_.run_for(std::chrono::seconds(10));
    }
    live_service(live_service const&) = delete;
    live_service& operator=(live_service const&) = delete;

    result<upload_grant> create(stream_request const& request)
    {
        auto service = make_service();
        return test::run(loop_, service.create_upload_stream(request, until()));
    }

    result<api_response> call(std::string_view operation, api_parameters const& parameters)
    {
        auto service = make_service();
        return test::run(loop_, service.call(operation, parameters, true, until()));
    }

private:
    static emulator::config server_config(set_up const& how)
    {
        emulator::config out;
        out.buckets = {"media"};
        out.security_token = how.token;
        out.on_request = how.on_request;
        return out;
    }

    ims::service make_service()
    {
        auto const& set = server_.settings();
        clock_->set_system_time(std::chrono::system_clock::now() + how_.clock_off_by);
        who_ = fixed_credentials(credentials(set.access_key_id,
            how_.secret.empty() ? set.access_key_secret : secret_string(how_.secret), set.security_token));
        return {caller_, who_, *clock_, time_, *random_, {parse_endpoint(server_.ims_url()).value(), "ims-test"}};
    }

    static steady_time until() { return std::chrono::steady_clock::now() + test::patience; }

    set_up how_;
    asio::io_context loop_;
    emulator::server server_;
    std::shared_ptr<manual_clock> clock_ = std::make_shared<manual_clock>(std::chrono::system_clock::now());
    service_clock time_{*clock_};
    std::shared_ptr<random_source> random_ = system_random();
    fixed_credentials who_{credentials{}};
    net::pool pool_{loop_.get_executor(), system_clock(), loop_.get_executor(), {}};
    net::caller caller_{
        pool_, system_clock(), random_, {4, std::chrono::milliseconds(1), std::chrono::milliseconds(10)}};
};

stream_request full_request()
{
    stream_request request;
    request.definition = "HD";
    request.file_extension = "mp4";
    request.hdr_type = "SDR+";
    request.user_data = "{\"Extend\":{\"k\":\"~!*'() +%2F/\xF0\x9F\x8E\xAC\\u0000\"}}";
    return request;
}

}  // namespace

TEST_CASE("a server that checks what came over the wire takes our signature")
{
    for (auto const* token : {"", "STSTOKEN/abc+def=="})
    {
        CAPTURE(token);
        live_service live({.token = token});
        auto const grant = live.create(full_request());
        REQUIRE_MESSAGE(grant.has_value(), grant.error().describe());
        CHECK(grant->bucket == "media");
        CHECK_FALSE(grant->object_key.empty());
        CHECK_FALSE(grant->media_id.empty());
        CHECK(grant->expires_in == std::chrono::seconds(3000));
        CHECK(grant->obtained.has_value());
    }
}

TEST_CASE("the media of a stream is known to the other operations")
{
    live_service live;
    auto const grant = live.create({}).value();
    auto const info = live.call("GetMediaInfo", {{"MediaId", grant.media_id}});
    REQUIRE_MESSAGE(info.has_value(), info.error().describe());
    CHECK_FALSE(info->request_id.empty());
    CHECK(info->body.find(grant.media_id) != std::string::npos);
}

TEST_CASE("a wrong secret is told from the server's words, and does not show in ours")
{
    live_service live({.secret = "quite-another-secret"});
    auto const e = live.create({}).error();
    CAPTURE(e.describe());
    CHECK(e.code == errc::service_error);
    CHECK(e.service_code == "SignatureDoesNotMatch");
    CHECK_FALSE(e.request_id.empty());
    CHECK_FALSE(e.recommendation.empty());
    CHECK(e.attempts == 1);
    CHECK(e.describe().find("quite-another-secret") == std::string::npos);
}

TEST_CASE("a clock that is an hour off is put right by the first answer")
{
    for (auto const off : {std::chrono::hours(1), std::chrono::hours(-1)})
    {
        live_service live({.clock_off_by = off});
        auto const grant = live.create({});
        CHECK_MESSAGE(grant.has_value(), grant.error().describe());
    }
}

TEST_CASE("a call whose connection is lost is made again, with a nonce of its own")
{
    for (auto const kind : {emulator::fault::kind::reset_before, emulator::fault::kind::reset_after,
             emulator::fault::kind::answer_half, emulator::fault::kind::answer_status})
    {
        CAPTURE(static_cast<int>(kind));
        live_service live({.on_request = [kind](emulator::request_event const& event) {
            emulator::fault out;
            if (event.number <= 2)
                out.what = kind;
            return out;
        }});
        auto const grant = live.create({});
        CHECK_MESSAGE(grant.has_value(), grant.error().describe());
    }
}

TEST_CASE("a proxy's page in place of an answer is told as such")
{
    live_service live({.on_request = [](emulator::request_event const&) {
        emulator::fault out;
        out.what = emulator::fault::kind::answer_html;
        return out;
    }});
    auto const e = live.create({}).error();
    CAPTURE(e.describe());
    CHECK(e.code == errc::malformed_response);
    CHECK(e.http_status == 200);
    CHECK(e.recommendation.find("proxy") != std::string::npos);
}
