#pragma once

#include "cli/embedded_emulator.hpp"
#include "cli/transport_options.hpp"

#include <sluice/stream_request.hpp>

#include <memory>
#include <optional>
#include <string>

namespace sluice::cli
{

// Where streams go: to an IMS, or to an emulator in this process, which is asked for a grant for each.
struct stream_options
{
    std::optional<std::string> media_id, definition, file_extension, hdr_type, user_data;
    bool embedded = false;

    // `transport` gets region and endpoint of IMS.
    void add_to(CLI::App& command, transport_options& transport);

    [[nodiscard]] bool given(transport_options const& transport) const;

    // With the account's credentials from the environment, unless the emulator is asked for.
    // Errors: what is wrong on the command line or absent from the environment.
    [[nodiscard]] result<client_config> to_config(transport_options const& transport) const;

    [[nodiscard]] stream_request request() const;

    // Null unless the emulator is asked for; then the client is pointed at it.
    [[nodiscard]] result<std::unique_ptr<embedded_emulator>> start_emulator(client_config& config) const;
};

}  // namespace sluice::cli
