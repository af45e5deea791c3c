#include <sluice/credentials.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

using namespace sluice;

namespace
{

// Sets a variable, or takes it away, until the end of its scope.
class variable
{
public:
    variable(char const* name, char const* value) : name_(name)
    {
        if (char const* const before = std::getenv(name))
            before_ = before;
        set(value);
    }
    variable(variable const&) = delete;
    variable& operator=(variable const&) = delete;
    ~variable() { set(before_ ? before_->c_str() : nullptr); }

private:
    void set(char const* value)
    {
        if (value != nullptr)
            ::setenv(name_, value, 1);
        else
            ::unsetenv(name_);
    }

    char const* name_;
    std::optional<std::string> before_;
};

result<credentials> from_environment(char const* id, char const* secret, char const* token)
{
    variable const a("ALIBABA_CLOUD_ACCESS_KEY_ID", id);
    variable const b("ALIBABA_CLOUD_ACCESS_KEY_SECRET", secret);
    variable const c("ALIBABA_CLOUD_SECURITY_TOKEN", token);
    return credentials_from_environment();
}

}  // namespace

TEST_CASE("credentials come from the environment as they stand there")
{
    CHECK(from_environment("id", " secret ", nullptr).value() == credentials("id", " secret "));
    CHECK(from_environment("id", "secret", "").value() == credentials("id", "secret"));
    CHECK(from_environment("STS.id", "secret", "token").value() == credentials("STS.id", "secret", "token"));
}

TEST_CASE("a missing or empty variable is named")
{
    struct row
    {
        char const *id, *secret;
        std::string_view named;
    };
    static constexpr row rows[] = {
        {nullptr, nullptr, "ALIBABA_CLOUD_ACCESS_KEY_ID"},
        {nullptr, "secret", "ALIBABA_CLOUD_ACCESS_KEY_ID"},
        {"", "secret", "ALIBABA_CLOUD_ACCESS_KEY_ID"},
        {"id", nullptr, "ALIBABA_CLOUD_ACCESS_KEY_SECRET"},
        {"id", "", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"},
    };
    for (auto const& r : rows)
    {
        CAPTURE(r.named);
        auto const found = from_environment(r.id, r.secret, nullptr);
        REQUIRE(!found);
        CHECK(found.error().code == errc::no_credentials);
        CHECK(found.error().message.find(r.named) != std::string::npos);
        CHECK(found.error().attempts == 0);
    }
}
