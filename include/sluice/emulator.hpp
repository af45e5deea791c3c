#pragma once

#include <sluice/clock.hpp>
#include <sluice/error.hpp>
#include <sluice/secret.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::emulator
{

namespace asio = boost::asio;

/// What arrived: one for each request, given to the hooks of `config`.
struct request_event
{
    std::uint64_t number = 0;      ///< counts all requests of this server from 1
    std::uint64_t connection = 0;  ///< counts connections from 1
    unsigned in_flight = 0;        ///< requests of this connection read and not yet answered, this one included
    std::string_view service;      ///< "ims" or "oss"
    std::string_view operation;    ///< CreateUploadStream, PutObject, UploadPart, ...
    std::string_view method;
    std::string_view target;  ///< as it came over the wire
    std::string_view bucket;
    std::string_view key;
    unsigned part_number = 0;    ///< 0: none
    std::string_view upload_id;  ///< as the request names it; empty when it names none, as one that initiates does
};

/// What to do to a request instead of serving it well. For tests.
struct SLUICE_EXPORT fault
{
    enum class kind
    {
        none,
        reset_before,    ///< reset the connection before the body is read; nothing is done
        reset_after,     ///< do it, then reset the connection instead of answering
        close_after,     ///< do it, answer, then close without saying so before
        answer_status,   ///< answer `status` with `code`; nothing is done
        answer_garbage,  ///< bytes that are no HTTP, then close; nothing is done
        answer_half,     ///< do it, send the first half of the answer, then close
        answer_html,     ///< status 200 and a proxy's page; nothing is done
        never_answer,    ///< do it, and keep silent on this connection from then on
        wrong_crc,       ///< do it, and state a wrong CRC-64
        corrupt_body,    ///< store other bytes than came, and state the CRC-64 of those
        corrupt_object,  ///< CompleteMultipartUpload: store other bytes than the parts', and state the CRC-64 of those
        drop_part,       ///< UploadPart: answer well, and keep nothing of it. An earlier part of that number stays
        forget_upload,   ///< the multipart upload and its parts are gone from now on: NoSuchUpload
        expire_token,    ///< the grant that signed the request ends now: SecurityTokenExpired from this request on
        expire_all_tokens  ///< every grant issued so far ends now
    };
    kind what = kind::none;
    int status = 503;  ///< of answer_status, as the next two
    std::string code = "ServiceUnavailable";
    std::vector<std::pair<std::string, std::string>> fields{};  ///< further header fields, such as Retry-After
    std::chrono::milliseconds delay{0};  ///< the answer leaves so much later, with any kind; what is queued behind, too
};

/// A fault and the requests that meet it. Requests are counted from the first one that matches.
struct SLUICE_EXPORT fault_rule
{
    std::string service{};     ///< "ims" or "oss"; empty: either, as everywhere below
    std::string operation{};   ///< UploadPart, CreateUploadStream, ...; empty: all that the fault can be done to
    std::string key{};         ///< of the object
    unsigned part_number = 0;  ///< 0: any
    std::uint64_t skip = 0;    ///< so many matching requests are served well first
    std::uint64_t times = 1;   ///< so many meet the fault then; 0: all
    fault effect{};
};

/// Reads a rule in the form of `sluice emulator --fault`: "UploadPart,part=3,times=2,status=503,code=SlowDown".
/// Errors (errc::invalid_argument) name the word that is wrong and list those that are allowed.
SLUICE_EXPORT result<fault_rule> parse_fault_rule(std::string_view text);

/// How an emulator is set up. Every field has a default that works.
struct SLUICE_EXPORT config
{
    std::uint16_t ims_port = 0;  ///< 0: any free one; the same for the next three
    std::uint16_t ims_tls_port = 0;
    std::uint16_t oss_port = 0;
    std::uint16_t oss_tls_port = 0;

    std::string access_key_id = "emulator-key-id";
    secret_string access_key_secret = "emulator-key-secret";
    secret_string security_token;      ///< empty: calls with the account's key carry none
    std::vector<std::string> buckets;  ///< exist from the start, the first one for issued grants; none: one is made up
    std::map<std::string, std::string> custom_domains;  ///< host name -> bucket
    std::string region = "cn-shanghai";
    std::chrono::seconds grant_lifetime{3000};
    std::vector<std::chrono::seconds> grant_lifetimes;  ///< of the first grants, in their order; then grant_lifetime
    std::chrono::milliseconds latency{0};  ///< every answer leaves this much later; requests go on being read
    /// A connection that nothing comes over for so long is closed; a body that stops is answered before. Zero: never.
    std::chrono::milliseconds idle_timeout = std::chrono::seconds(60);
    /// Folder that keeps objects, open multipart uploads and their parts for the next server; empty: memory. They are
    /// there also when this one is killed. Grants and media assets are not kept: a new server knows none of them.
    std::string store;
    std::string ca_file;  ///< the authority's certificate is written here (PEM); empty: nowhere

    std::shared_ptr<sluice::clock> clock;                   ///< null: the system's. For signatures, tokens and dates
    std::function<void(std::string const& json_line)> log;  ///< one JSON object a request; must not throw
    std::function<fault(request_event const&)> on_request;  ///< when the head of a request is read; must not throw

    /// What requests meet that `on_request` lets pass. Of several rules that are due the first one is taken; each
    /// counts every request that it matches, whichever is taken. One that can never be met is refused by start().
    std::vector<fault_rule> faults;
    bool list_parts_crc = true;  ///< ListParts states the CRC-64 of each part; the service's documentation shows none
    bool complete_crc = true;    ///< CompleteMultipartUpload states that of the object
    std::chrono::seconds clock_skew{0};  ///< the server's clock runs ahead by so much; negative: it is behind
};

/// A loopback IMS and OSS, over http and https, that verifies every signature. For tests and demonstrations.
/// Executor: all work runs on a strand of the one given. Lifetime: the destructor closes every connection.
class SLUICE_EXPORT server
{
public:
    server(asio::any_io_executor ex, config c);
    server(server const&) = delete;
    server& operator=(server const&) = delete;
    ~server();

    /// Makes the certificates and listens. Call once. Errors: the port is taken, the folder can't be written, ...
    result<void> start();

    [[nodiscard]] std::string ims_url() const;      ///< http://127.0.0.1:port
    [[nodiscard]] std::string ims_tls_url() const;  ///< https://127.0.0.1:port
    [[nodiscard]] std::string oss_url() const;
    [[nodiscard]] std::string oss_tls_url() const;
    [[nodiscard]] std::string const& ca_pem() const;  ///< certificate of the authority that issued the server's
    [[nodiscard]] config const& settings() const;     ///< as given, with the ports and the bucket that were chosen

    /// An object's bytes; nothing when there is none. Thread-safe, as everything below.
    [[nodiscard]] std::optional<std::string> object(std::string_view bucket, std::string_view key) const;

    struct object_info
    {
        std::string bucket;
        std::string key;
        std::uint64_t size = 0;
        std::uint64_t crc64 = 0;
        std::string sha256;  ///< lower-case hex
    };
    /// Reads and hashes the bytes of every object, so takes as long as that.
    [[nodiscard]] std::vector<object_info> objects() const;

    /// Multipart uploads begun and neither completed nor aborted: bucket, key, upload id.
    struct open_upload
    {
        std::string bucket;
        std::string key;
        std::string upload_id;
    };
    [[nodiscard]] std::vector<open_upload> open_uploads() const;

    /// How often a part was stored since this server was started, whatever became of its upload.
    struct part_write
    {
        std::string bucket;
        std::string key;
        std::string upload_id;
        unsigned part_number = 0;
        std::uint64_t writes = 0;
    };
    [[nodiscard]] std::vector<part_write> part_writes() const;  ///< by upload id, then by part number

    /// What came of one operation: served, refused or met by a fault.
    struct request_count
    {
        std::uint64_t requests = 0;
        std::uint64_t bytes = 0;  ///< of their bodies, as far as they came
    };
    /// By operation, such as UploadPart; under "" what names none. A request counts once its head is read.
    [[nodiscard]] std::map<std::string, request_count> requests() const;

    [[nodiscard]] unsigned max_in_flight() const;  ///< most requests ever unanswered on one connection

    /// Lets every grant and token issued so far end now.
    void expire_tokens();

    /// Stops listening and closes every connection. Thread-safe; at once.
    void stop();

private:
    class impl;
    std::shared_ptr<impl> impl_;
};

}  // namespace sluice::emulator
