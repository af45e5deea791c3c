#include <sluice/random_source.hpp>

#include <openssl/rand.h>

#include <algorithm>
#include <stdexcept>

namespace sluice
{

namespace
{

class openssl_random final : public random_source
{
public:
    void fill(std::span<std::byte> bytes) override
    {
        static constexpr std::size_t most = 1 << 20;  // RAND_bytes counts in int
        for (; !bytes.empty(); bytes = bytes.subspan(std::min(most, bytes.size())))
        {
            auto const size = static_cast<int>(std::min(most, bytes.size()));
            // Nothing safe is left to do without randomness.
            if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), size) != 1)
                throw std::runtime_error("the system has no random numbers to give (OpenSSL RAND_bytes)");
        }
    }
};

}  // namespace

std::shared_ptr<random_source> system_random()
{
    static auto const instance = std::make_shared<openssl_random>();
    return instance;
}

}  // namespace sluice
