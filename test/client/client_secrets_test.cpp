#include "emulator_fixture.hpp"
#include "passing_time.hpp"
#include "support/temporary_path.hpp"
#include "told_texts.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>
#include <vector>

using namespace sluice;
using namespace sluice::test;
using emulator::fault;

namespace
{

char const* const account_secret = "account-secret-0f1e2d3c4b5a69788796a5b4";
char const* const account_token = "account-token-ZYXWVUTSRQPONMLKJIHGFEDCBA-9876543210-zyxwvutsrqponmlkjihgfedcba";

// What the emulator does to requests, changed between one upload and the next.
class bad_service
{
public:
    struct order
    {
        std::string operation;
        unsigned times = 0;  // 0: always
        fault effect{};
    };

    void serve_as(std::vector<order> orders)
    {
        std::lock_guard const lock(mutex_);
        orders_ = std::move(orders);
        met_ = 0;
    }

    fault meet(emulator::request_event const& e)
    {
        std::lock_guard const lock(mutex_);
        for (auto at = orders_.begin(); at != orders_.end(); ++at)
            if (at->operation == e.operation)
            {
                ++met_;
                auto const effect = at->effect;
                bool const is_last = at->times == 1;
                at->times -= at->times != 0 ? 1 : 0;
                if (is_last)
                    orders_.erase(at);
                return effect;
            }
        return {};
    }

    [[nodiscard]] unsigned met()
    {
        std::lock_guard const lock(mutex_);
        return met_;
    }

private:
    std::mutex mutex_;
    std::vector<order> orders_;
    unsigned met_ = 0;
};

fault effect_of(fault::kind what, int status = 503, std::string code = "ServiceUnavailable")
{
    fault f;
    f.what = what;
    f.status = status;
    f.code = std::move(code);
    return f;
}

// How an upload comes to make the request that fails.
std::vector<bad_service::order> orders_for(std::string const& operation, unsigned times, fault const& effect)
{
    std::vector<bad_service::order> orders;
    if (operation == "AbortMultipartUpload")
        orders.push_back({"UploadPart", 0, effect_of(fault::kind::answer_status, 403, "InvalidDigest")});
    if (operation == "HeadObject")
        orders.push_back({"CompleteMultipartUpload", 1, effect_of(fault::kind::reset_after)});
    orders.push_back({operation, times, effect});
    return orders;
}

// An account with a temporary key, uploads of whose streams fail in each way, and everything that was told of them.
struct leaky_world
{
    leaky_world()
    {
        std::ofstream(file, std::ios::binary) << std::string(150'000, 'x');
        options.on_event = texts.listener();
        options.on_progress = {
            .function = [](void* to, upload_progress const&) { static_cast<leaky_world*>(to)->read_checkpoint(); },
            .argument = this};
    }

    [[nodiscard]] client_config config()
    {
        auto c = config_for(world.server().ims_url(), world.server().oss_url());
        c.credentials = credentials("account-id", account_secret, account_token);
        c.clock = time;
        c.blocking = blocking.get_executor();
        c.retry.budget = 0;
        lift_limits(c);
        return c;
    }

    void read_checkpoint()
    {
        if (has_checkpoint)
            return;
        for (auto const& entry : std::filesystem::directory_iterator(folder.file("")))
        {
            if (entry.path().extension() == ".mp4")
                continue;
            std::ifstream in(entry.path(), std::ios::binary);
            std::string const text{std::istreambuf_iterator<char>(in), {}};
            texts.add(text);
            has_checkpoint = !text.empty();
            checkpoints += has_checkpoint ? 1 : 0;
        }
    }

    template <class Work>
    void run(Work work)
    {
        asio::io_context context;
        auto sdk = std::make_unique<client>(context.get_executor(), config());
        auto body = [&]() -> asio::awaitable<void> {
            co_await work(*sdk);
            texts.add(sdk->stats());
            sdk.reset();
        };
        asio::co_spawn(context, body(), [](std::exception_ptr const& thrown) { CHECK_FALSE(thrown); });
        run_out(context, *time);
        has_checkpoint = false;
        read_checkpoint();
        has_checkpoint = false;
    }

    // To a stream, with a checkpoint that is not to hold its grant. That must be known, so that it can be looked for.
    void upload(std::vector<bad_service::order> orders, bool as_put)
    {
        service.serve_as(std::move(orders));
        auto const work = [&](client& sdk) -> asio::awaitable<void> {
            file_source from(file);
            options.multipart_threshold = as_put ? mib : 100 * kib;
            options.checkpoint = as_put ? std::string_view() : std::string_view(where);
            if (!grant)
            {
                auto created = co_await sdk.async_create_upload_stream(stream_request("media"));
                texts.add(created);
                if (!created)
                    co_return;
                grant = *std::move(created);
            }
            auto const done = co_await sdk.async_upload(*grant, from, options);
            texts.add(done);
        };
        run(work);
    }

    void upload_stream(std::vector<bad_service::order> orders)
    {
        service.serve_as(std::move(orders));
        auto const work = [&](client& sdk) -> asio::awaitable<void> {
            file_source from(file);
            options.checkpoint = {};
            auto const done = co_await sdk.async_upload_stream(stream_request("media"), from, options);
            texts.add(done);
        };
        run(work);
    }

    // An upload that comes to make such a request.
    void meet(std::string const& operation, unsigned times, fault const& effect)
    {
        std::filesystem::remove(where);
        auto orders = orders_for(operation, times, effect);
        options.leave = operation == "AbortMultipartUpload" ? leftovers::abort : leftovers::automatic;
        if (operation == "CreateUploadStream")
            return upload_stream(std::move(orders));
        if (operation == "ListParts")
            upload({{"UploadPart", 0, effect_of(fault::kind::answer_status, 403, "AccessDenied")}}, false);
        upload(std::move(orders), operation == "PutObject");
    }

    void check_nothing_shown()
    {
        std::vector<std::string> secrets{account_secret, account_token};
        if (grant)
        {
            secrets.emplace_back(grant->credentials.access_key_secret.reveal());
            secrets.emplace_back(grant->credentials.security_token.reveal());
        }
        for (auto const& secret : secrets)
            CHECK(texts.showing(secret) == "");
    }

    std::shared_ptr<manual_clock> time = std::make_shared<manual_clock>(std::chrono::system_clock::now());
    bad_service service;
    emulated world{[this](emulator::config& c) {
        c.access_key_id = "account-id";
        c.access_key_secret = account_secret;
        c.security_token = account_token;
        c.clock = time;
        c.grant_lifetime = std::chrono::hours(24);
        c.idle_timeout = std::chrono::milliseconds(0);
        c.on_request = [this](emulator::request_event const& e) { return service.meet(e); };
    }};
    temporary_path folder;
    std::string file = folder.file("clip.mp4");
    std::string where = folder.file("clip.sluice");
    upload_options options = in_parts();
    std::optional<upload_grant> grant;
    asio::thread_pool blocking{1};
    told_texts texts;
    std::size_t checkpoints = 0;
    bool has_checkpoint = false;  // of the upload under way, read
};

}  // namespace

TEST_CASE("no secret appears in anything that is told of an upload, whichever request fails and however")
{
    struct row
    {
        char const* what;
        fault effect;
        std::vector<unsigned> times;  // 0: always
    };
    row const rows[] = {
        {"refused", effect_of(fault::kind::answer_status, 403, "AccessDenied"), {0}},
        {"busy", effect_of(fault::kind::answer_status), {1, 0}},
        {"dropped before", effect_of(fault::kind::reset_before), {1}},
        {"dropped after", effect_of(fault::kind::reset_after), {1, 0}},
        {"garbage", effect_of(fault::kind::answer_garbage), {0}},
        {"half an answer", effect_of(fault::kind::answer_half), {1, 0}},
        {"a page", effect_of(fault::kind::answer_html), {0}},
        {"wrong CRC-64", effect_of(fault::kind::wrong_crc), {1, 0}},
    };
    leaky_world t;
    for (std::string const operation : {"CreateUploadStream", "PutObject", "InitiateMultipartUpload", "UploadPart",
             "CompleteMultipartUpload", "AbortMultipartUpload", "ListParts", "HeadObject"})
        for (auto const& r : rows)
            for (unsigned const times : r.times)
            {
                bool const has_crc = operation == "PutObject" || operation == "UploadPart" ||
                                     operation == "CompleteMultipartUpload" || operation == "HeadObject";
                if (r.effect.what == fault::kind::wrong_crc && !has_crc)
                    continue;
                CAPTURE(operation);
                CAPTURE(r.what);
                CAPTURE(times);
                auto const before = t.texts.size();
                t.meet(operation, times, r.effect);
                CHECK(t.service.met() != 0);
                CHECK(t.texts.size() > before);
            }
    t.check_nothing_shown();

    // Or there was nothing to find.
    CHECK(t.texts.errors() > 30);
    CHECK(t.texts.receipts() > 20);
    CHECK(t.texts.attempts() > 50);
    CHECK(t.texts.events() > 3);
    CHECK(t.checkpoints > 20);
    auto const shown = std::string("Got ") + account_secret;
    t.texts.add(shown);
    CHECK(t.texts.showing(account_secret) == shown);
}
