#include "workers/sluice_client.hpp"

#include <cstdio>
#include <cstdlib>

namespace bench
{

namespace
{

sluice::credentials account()
{
    return {"LTAI5tBenchBenchBench", "bench-secret-of-thirty-characters"};
}

// As long as the service's own.
sluice::credentials granted()
{
    return {"STS.NUkzYmVuY2hzaW5r", std::string(44, 's'), std::string(1082, 'T')};
}

}  // namespace

sluice_setting::sluice_setting(arguments& given) : origin(given.text("origin", ""))
{
    config.ims_endpoint = origin;
    config.ca_file = given.text("ca", "");
    config.credentials = account();
    config.pool.connections = static_cast<unsigned>(given.number("connections", config.pool.connections));
}

sluice::upload_grant sluice_setting::grant(std::string key) const
{
    sluice::upload_grant g;
    g.endpoint = origin;
    g.bucket = "outin-0123456789abcdef0123456789abcdef";
    g.object_key = std::move(key);
    g.region = "cn-shanghai";
    g.credentials = granted();
    return g;
}

void give_up(sluice::error const& why)
{
    std::fprintf(stderr, "%s\n", why.describe().c_str());
    std::exit(1);
}

}  // namespace bench
