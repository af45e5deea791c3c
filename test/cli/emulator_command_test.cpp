#include "support/program.hpp"

#include <doctest/doctest.h>

using namespace sluice::test;

TEST_CASE("values that an emulator cannot use are wrong usage")
{
    struct row
    {
        std::vector<std::string> arguments;
        char const* says;
    };
    row const rows[] = {
        {{"emulator", "--cname", "a.com:80=bucket"}, "without a port, not a.com:80=bucket"},
        {{"emulator", "--cname", "a.com=bucket", "--cname", "A.com=other"}, "names a.com twice"},
        {{"emulator", "--oss-port", ""}, "--oss-port: must not be empty"},
        {{"emulator", "--ims-tls-port", ""}, "--ims-tls-port: must not be empty"},
        {{"emulator", "--store", ""}, "--store: must not be empty"},
        {{"emulator", "--region", ""}, "--region: must not be empty"},
        {{"emulator", "--ca-file", ""}, "--ca-file: must not be empty"},
        {{"emulator", "--access-key-id", ""}, "--access-key-id: must not be empty"},
        {{"emulator", "--access-key-secret", ""}, "--access-key-secret: must not be empty"},
        {{"emulator", "--grant-lifetimes", "5,x"}, "--grant-lifetimes"},
        {{"emulator", "--clock-skew", "soon"}, "--clock-skew"},
        {{"emulator", "--clock-skew", "400000000"}, "--clock-skew"},
        {{"emulator", "--fault", ""}, "--fault: \"\" is no rule for faults: "},
        {{"emulator", "--fault", "UploadPart,reset_aftr"},
            "\"reset_aftr\" is neither an operation (CreateUploadStream, "},
        {{"emulator", "--fault", "UploadPart,reset_aftr"}, "nor a fault (reset_before, reset_after, "},
        {{"emulator", "--fault", "UploadPart,part=0,reset_after"}, "part wants a number from 1 to 10000, not \"0\""},
        {{"emulator", "--fault", "reset_after", "--fault", "drop_part,PutObject"},
            "drop_part cannot be done to PutObject: it is for UploadPart"},
    };
    for (auto const& r : rows)
    {
        auto const run = run_sluice(r.arguments);
        CAPTURE(r.says);
        CAPTURE(run.errors);
        CHECK(run.exit_code == 2);
        CHECK(run.errors.find(r.says) != std::string::npos);
    }
}

TEST_CASE("an emulator that cannot write its certificate does not start, and says why")
{
    auto const nowhere = run_sluice({"emulator"}, {{"TMPDIR", "/proc"}});
    CHECK(nowhere.exit_code == 1);
    CHECK(nowhere.output.empty());
    CHECK(nowhere.errors.find("no temporary folder /proc/sluice-") != std::string::npos);

    auto const device = run_sluice({"emulator", "--ca-file", "/dev/null"});
    CHECK(device.exit_code == 1);
    CHECK(device.output.empty());
    CHECK(device.errors.find("\"/dev/null\" could not be written: it is not a regular file") != std::string::npos);
}
