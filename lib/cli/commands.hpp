#pragma once

#include "cli/checkpoint_options.hpp"
#include "cli/exit_code.hpp"
#include "cli/object_options.hpp"
#include "cli/stream_options.hpp"
#include "cli/transport_options.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sluice::cli
{

// sluice upload: CreateUploadStream and the upload of each file, and of each file in a folder.
struct upload_command
{
    std::vector<std::string> files;
    stream_options stream;
    checkpoint_options checkpoint;
    unsigned jobs = 1;
    std::string on_expiry = "fail";
    std::string priority = "normal";
    transport_options transport;

    void add_to(CLI::App& app);
    [[nodiscard]] exit_code run() const;
};

// sluice put: one file, with a grant obtained elsewhere, or with the environment's credentials.
struct put_command
{
    std::string file;
    object_options object;
    checkpoint_options checkpoint;
    transport_options transport;

    void add_to(CLI::App& app);
    [[nodiscard]] exit_code run() const;
};

// sluice pipe: standard input, to where upload or put would send a file.
struct pipe_command
{
    stream_options stream;
    object_options object;
    transport_options transport;

    void add_to(CLI::App& app);
    [[nodiscard]] exit_code run() const;
};

// sluice session: begins an upload that several processes share.
struct session_command
{
    std::string file;
    object_options object;
    transport_options transport;

    void add_to(CLI::App& app);
    [[nodiscard]] exit_code run() const;
};

// sluice part: one process's share of it.
struct part_command
{
    std::string file;
    std::string session;  // a file, or - for standard input
    std::string parts;    // empty: all
    object_options object;
    transport_options transport;

    void add_to(CLI::App& app);
    [[nodiscard]] exit_code run() const;
};

// sluice clean: the multipart uploads of a bucket that nobody ended.
struct clean_command
{
    object_options object;
    std::string prefix;
    std::string older_than;
    bool abort = false;
    transport_options transport;

    void add_to(CLI::App& app);
    [[nodiscard]] exit_code run() const;
};

// sluice decode: the fields of a grant, secrets masked.
struct decode_command
{
    std::string upload_address, upload_auth;

    void add_to(CLI::App& app);
    [[nodiscard]] exit_code run() const;
};

// sluice emulator: a loopback IMS and OSS, until SIGINT or SIGTERM.
struct emulator_command
{
    std::uint16_t ims_port = 0, ims_tls_port = 0, oss_port = 0, oss_tls_port = 0;
    std::string store, ca_file, region;
    std::string access_key_id, access_key_secret, security_token;
    std::vector<std::string> buckets, cnames, faults;
    std::int64_t grant_lifetime = 0;
    std::vector<std::int64_t> grant_lifetimes;
    std::int64_t latency = 0;
    std::int64_t clock_skew = 0;

    void add_to(CLI::App& app);
    [[nodiscard]] exit_code run() const;
};

// sluice demo: a file through the whole way to an emulator in this process, and the proof that it arrived.
struct demo_command
{
    std::string file;  // empty: one is made
    transport_options transport;

    void add_to(CLI::App& app);
    [[nodiscard]] exit_code run() const;
};

}  // namespace sluice::cli
