#pragma once

#include "cli/temporary_folder.hpp"

#include <sluice/client_config.hpp>
#include <sluice/emulator.hpp>

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>
#include <thread>

namespace sluice::cli
{

// An emulator in this process, with a thread of its own.
class embedded_emulator
{
public:
    static result<std::unique_ptr<embedded_emulator>> start(emulator::config config);
    embedded_emulator(embedded_emulator const&) = delete;
    embedded_emulator& operator=(embedded_emulator const&) = delete;
    ~embedded_emulator();

    [[nodiscard]] emulator::server& server() noexcept { return server_; }

    // Points a client at it: over TLS, with its authority, and with its access key.
    void point(client_config& config) const;

private:
    embedded_emulator(temporary_folder folder, emulator::config config);

    temporary_folder folder_;
    asio::io_context context_{1};
    emulator::server server_;
    std::thread thread_;
};

}  // namespace sluice::cli
