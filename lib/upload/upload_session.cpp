#include <sluice/upload_session.hpp>

#include "base/json_writer.hpp"
#include "upload/part_plan.hpp"

#include <simdjson.h>

namespace sluice
{

namespace
{

constexpr std::uint64_t session_version = 1;

error no_session(std::string why)
{
    error e(errc::invalid_argument, "this is no session of an upload: " + std::move(why));
    e.recommendation = "Hand on what the beginning of the session gave, unchanged";
    e.attempts = 0;
    return e;
}

}  // namespace

std::string upload_session::to_json() const
{
    json_writer json;
    json.begin_object();
    json.member("sluice_session", session_version);
    json.member("endpoint", endpoint);
    json.member("bucket", bucket);
    json.member("object_key", object_key);
    json.member("upload_id", upload_id);
    json.member("size", size);
    json.member("part_size", part_size);
    json.end_object();
    return json.str();
}

result<upload_session> upload_session::from_json(std::string_view text)
{
    simdjson::dom::parser parser;
    simdjson::dom::object from;
    if (parser.parse(simdjson::padded_string(text)).get(from) != simdjson::SUCCESS)
        return no_session("it is not one JSON object");
    std::uint64_t version = 0;
    if (from["sluice_session"].get(version) != simdjson::SUCCESS || version != session_version)
        return no_session("its version is not " + std::to_string(session_version));

    upload_session s;
    struct text_field
    {
        char const* name;
        std::string& to;
    };
    for (auto const& f : {text_field{"endpoint", s.endpoint}, text_field{"bucket", s.bucket},
             text_field{"object_key", s.object_key}, text_field{"upload_id", s.upload_id}})
    {
        std::string_view value;
        if (from[f.name].get(value) != simdjson::SUCCESS || value.empty())
            return no_session("it has no " + std::string(f.name));
        f.to = value;
    }
    if (from["size"].get(s.size) != simdjson::SUCCESS || from["part_size"].get(s.part_size) != simdjson::SUCCESS)
        return no_session("it has no sizes");
    if (!upload::plan_of_cut(s.size, s.part_size))
        return no_session("its sizes are none of an upload");
    return s;
}

}  // namespace sluice
