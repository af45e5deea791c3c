#include "support/machine.hpp"

#include "base/utc_time.hpp"

#include <boost/version.hpp>
#include <openssl/crypto.h>
#include <simdjson.h>
#include <sys/utsname.h>

#include <chrono>
#include <fstream>
#include <thread>

namespace bench
{

namespace
{

std::string today()
{
    return sluice::format_iso8601(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()))
        .substr(0, std::string_view("YYYY-MM-DD").size());
}

std::string processor_name()
{
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);)
        if (line.starts_with("model name"))
            return line.substr(line.find(':') + 2);
    return "unknown";
}

std::string kernel_name()
{
    utsname name{};
    ::uname(&name);
    return std::string(name.sysname) + ' ' + name.release + ' ' + name.machine;
}

std::string boost_version()
{
    return std::to_string(BOOST_VERSION / 100000) + '.' + std::to_string(BOOST_VERSION / 100 % 1000);
}

std::string simdjson_version()
{
    using namespace simdjson;
    return std::to_string(SIMDJSON_VERSION_MAJOR) + '.' + std::to_string(SIMDJSON_VERSION_MINOR) + '.' +
           std::to_string(SIMDJSON_VERSION_REVISION);
}

machine look()
{
    machine m;
    m.date = today();
    m.processor = processor_name();
    m.processors = std::thread::hardware_concurrency();
    m.kernel = kernel_name();
#if defined(__clang__)
    m.compiler = "clang " __clang_version__;
#else
    m.compiler = "g++ " __VERSION__;
#endif
    m.openssl = OpenSSL_version(OPENSSL_FULL_VERSION_STRING);
    m.boost = boost_version();
    m.simdjson = simdjson_version();
    return m;
}

}  // namespace

machine const& this_machine()
{
    static auto const found = look();
    return found;
}

}  // namespace bench
