#pragma once

/// \file All of the library `sluice`. Not <sluice/emulator.hpp>: that is the library `sluice-emulator`, which programs
/// in production need not link.

#include <sluice/api_response.hpp>
#include <sluice/client.hpp>
#include <sluice/client_config.hpp>
#include <sluice/clock.hpp>
#include <sluice/credentials.hpp>
#include <sluice/error.hpp>
#include <sluice/grant_refresher.hpp>
#include <sluice/random_source.hpp>
#include <sluice/receipt.hpp>
#include <sluice/secret.hpp>
#include <sluice/source.hpp>
#include <sluice/stream_request.hpp>
#include <sluice/stream_source.hpp>
#include <sluice/upload_event.hpp>
#include <sluice/upload_grant.hpp>
#include <sluice/upload_handle.hpp>
#include <sluice/upload_job.hpp>
#include <sluice/upload_options.hpp>
#include <sluice/upload_session.hpp>
#include <sluice/upload_writer.hpp>
#include <sluice/version.hpp>
