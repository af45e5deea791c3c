#include "emulator/certificate_authority.hpp"
#include "emulator/endpoint_names.hpp"
#include "emulator/fault_rules.hpp"
#include "emulator/front.hpp"
#include "emulator/guarded_service.hpp"
#include "emulator/ims_service.hpp"
#include "emulator/object_store.hpp"
#include "emulator/oss_service.hpp"
#include "emulator/replace_file.hpp"
#include "emulator/skewed_clock.hpp"
#include "emulator/token_registry.hpp"
#include "emulator/upload_store.hpp"

#include "base/nonce.hpp"

#include <sluice/emulator.hpp>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/strand.hpp>

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

namespace sluice::emulator
{

namespace
{

credentials account_of(config const& c)
{
    credentials account;
    account.access_key_id = c.access_key_id;
    account.access_key_secret = c.access_key_secret;
    account.security_token = c.security_token;
    return account;
}

// Every bucket that is named somewhere, the one of issued grants first.
std::vector<std::string> all_buckets(config const& c)
{
    auto buckets = c.buckets;
    for (auto const& [host, bucket] : c.custom_domains)
    {
        if (std::ranges::find(buckets, bucket) == buckets.end())
            buckets.push_back(bucket);
    }
    return buckets;
}

std::map<std::string, std::string> custom_hosts(config const& c)
{
    std::map<std::string, std::string> hosts;
    for (auto const& [host, bucket] : c.custom_domains)
        hosts.emplace(host_of_authority(host), bucket);
    return hosts;
}

std::vector<std::string> certificate_names(config const& c)
{
    std::vector<std::string> names{"localhost", "*.localhost", "127.0.0.1", "::1"};
    // Verifiers take no wildcard over a single label (RFC 6125, section 7.2): the buckets known by now are named.
    for (auto const& bucket : all_buckets(c))
    {
        if (is_bucket_name(bucket))  // the store refuses the others, by name
            names.push_back(bucket + ".localhost");
    }
    for (auto const& [host, bucket] : custom_hosts(c))
    {
        names.push_back(host);
        names.push_back("*." + host);
    }
    std::ranges::move(vendor_host_names(c.region), std::back_inserter(names));
    return names;
}

std::string loopback_url(std::string_view scheme, std::uint16_t port)
{
    return std::string(scheme) + "://127.0.0.1:" + std::to_string(port);
}

ims_service::object_access access_to(object_store& store)
{
    return {[&store](object_place const& place) -> std::optional<std::uint64_t> {
                auto const* const object = store.find(place.bucket, place.key);
                return object == nullptr ? std::nullopt : std::optional(object->bytes.size());
            },
        // A folder that cannot be written keeps the file: the asset is gone all the same.
        [&store](object_place const& place) { (void)store.remove(place.bucket, place.key); }};
}

// The services and what they keep. All of it behind one lock, for the server is asked from any thread.
struct served
{
    // c: with the ports that were bound.
    served(std::unique_ptr<object_store> objects, config const& c, std::shared_ptr<clock> const& time,
        std::shared_ptr<random_source> const& random)
        : store(std::move(objects)),
          tokens(account_of(c), time, random),
          ims(access_to(*store), tokens, time, random,
              {c.buckets.front(), {c.region, c.grant_lifetime, loopback_url("http", c.oss_port),
                                      loopback_url("https", c.oss_tls_port), c.grant_lifetimes}}),
          oss(*store, tokens, time, random, {custom_hosts(c), c.region, {c.list_parts_crc, c.complete_crc}})
    {}

    std::shared_ptr<std::mutex> lock = std::make_shared<std::mutex>();
    std::unique_ptr<object_store> store;
    token_registry tokens;
    ims_service ims;
    oss_service oss;
};

}  // namespace

class server::impl
{
public:
    impl(asio::any_io_executor const& ex, config c) : config_(std::move(c)), strand_(asio::make_strand(ex))
    {
        if (!config_.clock)
            config_.clock = system_clock();
        if (config_.buckets.empty())
            config_.buckets.push_back("outin-" + make_nonce(*random_));  // as the vendor names its own
        context_->time = skewed(config_.clock, config_.clock_skew);
        context_->random = random_;
        context_->latency = config_.latency;
        context_->idle_timeout = config_.idle_timeout;
        context_->hooks = std::make_shared<hook_gate>(config_.log, config_.on_request, config_.faults);
        for (auto const& [host, bucket] : custom_hosts(config_))
            context_->custom_hosts.push_back(host);
    }

    result<void> start()
    {
        for (auto const& rule : config_.faults)
        {
            if (auto const flaw = flaw_of(rule); !flaw.empty())
                return error(errc::invalid_argument, "no request can meet a rule of config::faults: " + flaw);
        }
        auto authority = certificate_authority::make(certificate_names(config_));
        if (!authority)
            return authority.error();
        auto tls = authority->server_context();
        if (!tls)
            return tls.error();
        ca_pem_ = authority->pem();

        auto store = object_store::open(config_.store, all_buckets(config_));
        if (!store)
            return store.error();
        if (auto listening = listen(std::make_shared<asio::ssl::context>(std::move(*tls))); !listening)
            return listening;
        if (!config_.ca_file.empty())
        {
            if (auto written = replace_file(config_.ca_file, ca_pem_); !written)
                return written;
        }
        make_services(std::move(*store));
        front_->serve();
        return {};
    }

    void stop()
    {
        context_->hooks->shut();
        asio::dispatch(strand_, [f = front_] { f->stop(); });
    }

    // Runs `look` while no service is at work; gives `otherwise` when there are none yet.
    template <class Result, class Look>
    Result while_quiet(Result otherwise, Look look) const
    {
        if (!served_)
            return otherwise;
        std::scoped_lock const held(*served_->lock);
        return look(*served_);
    }

    config config_;
    std::string ca_pem_;
    std::shared_ptr<front_context> context_ = std::make_shared<front_context>();

private:
    result<void> listen(std::shared_ptr<asio::ssl::context> const& tls)
    {
        struct wish
        {
            std::uint16_t& port;
            service_kind kind;
            bool secure;
        };
        for (auto const& [port, kind, secure] :
            {wish{config_.ims_port, service_kind::ims, false}, wish{config_.ims_tls_port, service_kind::ims, true},
                wish{config_.oss_port, service_kind::oss, false}, wish{config_.oss_tls_port, service_kind::oss, true}})
        {
            auto const bound = front_->listen(port, kind, secure ? tls : nullptr);
            if (!bound)
                return bound.error();
            port = *bound;
        }
        return {};
    }

    void make_services(std::unique_ptr<object_store> store)
    {
        served_ = std::make_shared<served>(std::move(store), config_, context_->time, random_);
        context_->ims =
            std::make_shared<guarded_service>(std::shared_ptr<service>(served_, &served_->ims), served_->lock);
        context_->oss =
            std::make_shared<guarded_service>(std::shared_ptr<service>(served_, &served_->oss), served_->lock);
    }

    std::shared_ptr<random_source> random_ = system_random();
    asio::any_io_executor strand_;
    std::shared_ptr<front> front_ = std::make_shared<front>(strand_, context_);
    std::shared_ptr<served> served_;
};

// NOLINTNEXTLINE(performance-unnecessary-value-param): a strand takes no executor over, and the API passes by value
server::server(asio::any_io_executor ex, config c) : impl_(std::make_shared<impl>(ex, std::move(c))) {}

server::~server()
{
    stop();
}

result<void> server::start()
{
    return impl_->start();
}

std::string server::ims_url() const
{
    return loopback_url("http", impl_->config_.ims_port);
}

std::string server::ims_tls_url() const
{
    return loopback_url("https", impl_->config_.ims_tls_port);
}

std::string server::oss_url() const
{
    return loopback_url("http", impl_->config_.oss_port);
}

std::string server::oss_tls_url() const
{
    return loopback_url("https", impl_->config_.oss_tls_port);
}

std::string const& server::ca_pem() const
{
    return impl_->ca_pem_;
}

config const& server::settings() const
{
    return impl_->config_;
}

std::optional<std::string> server::object(std::string_view bucket, std::string_view key) const
{
    return impl_->while_quiet(std::optional<std::string>(), [&](served& s) { return s.store->object(bucket, key); });
}

std::vector<server::object_info> server::objects() const
{
    return impl_->while_quiet(std::vector<object_info>(), [](served& s) { return s.store->objects(); });
}

std::vector<server::open_upload> server::open_uploads() const
{
    return impl_->while_quiet(std::vector<open_upload>(), [](served& s) { return s.store->uploads().open(); });
}

std::vector<server::part_write> server::part_writes() const
{
    return impl_->while_quiet(std::vector<part_write>(), [](served& s) { return s.store->uploads().part_writes(); });
}

std::map<std::string, server::request_count> server::requests() const
{
    return impl_->context_->counts.all();
}

unsigned server::max_in_flight() const
{
    return impl_->context_->max_in_flight;
}

void server::expire_tokens()
{
    impl_->while_quiet(0, [](served& s) {
        s.tokens.expire_all();
        return 0;
    });
}

void server::stop()
{
    impl_->stop();
}

}  // namespace sluice::emulator
