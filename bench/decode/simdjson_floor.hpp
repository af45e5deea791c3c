#pragma once

#include <memory>
#include <string_view>

namespace bench
{

// simdjson's first stage alone: what any reader built on it pays at least.
class simdjson_floor
{
public:
    simdjson_floor();
    ~simdjson_floor();

    // Of a text that is followed by simdjson's padding.
    void find_structure(std::string_view text);

private:
    class impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace bench
