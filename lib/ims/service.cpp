#include "ims/service.hpp"

#include "base/utc_time.hpp"
#include "base/wipe.hpp"
#include "ims/failure.hpp"
#include "ims/printable.hpp"

#include <boost/container/static_vector.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <vector>

namespace sluice::ims
{

namespace
{

constexpr std::size_t max_operation = 64;
constexpr std::size_t max_resource = 128;

error refused(std::string message)
{
    error e(errc::invalid_argument, std::move(message));
    e.attempts = 0;
    return e;
}

bool is_operation_name(std::string_view name) noexcept
{
    auto const is_alphanumeric = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    return !name.empty() && name.size() <= max_operation && std::ranges::all_of(name, is_alphanumeric);
}

result<void> check_call(std::string_view operation, api_parameters const& parameters)
{
    if (!is_operation_name(operation))
        return refused("operation " + in_quotes(operation) + " is not a name of letters and digits");
    std::set<std::string_view> names;
    for (auto const& [name, value] : parameters)
    {
        if (name.empty())
            return refused("a parameter has no name");
        if (!names.insert(name).second)
            return refused("parameter " + in_quotes(name) + " is given twice");
    }
    return {};
}

// Views into the request.
boost::container::static_vector<sign::field_view, 5> parameters_of(stream_request const& request)
{
    boost::container::static_vector<sign::field_view, 5> out;
    auto const add = [&out](std::string_view name, std::optional<std::string> const& value) {
        if (value)
            out.emplace_back(name, *value);
    };
    add("Definition", request.definition);
    add("FileExtension", request.file_extension);
    add("HDRType", request.hdr_type);
    add("MediaId", request.media_id);
    add("UserData", request.user_data);
    return out;
}

std::string header_text(std::string_view text)
{
    std::string out(text);
    std::erase_if(out, [](char c) { return c < 0x20 || c > 0x7E; });
    return out;
}

}  // namespace

service::service(
    net::caller& caller, credentials_source& who, clock& c, service_clock& time, random_source& random, settings s)
    : caller_(caller),
      who_(who),
      clock_(c),
      time_(time),
      settings_(std::move(s)),
      host_(settings_.where.authority()),
      tools_(random)
{
    settings_.user_agent = header_text("sluice/" SLUICE_VERSION " " + settings_.user_agent);
    if (settings_.user_agent.ends_with(' '))
        settings_.user_agent.pop_back();
}

asio::awaitable<result<upload_grant>> service::create_upload_stream(
    stream_request const& request, steady_time until, net::attempt_log* failed)
{
    if (auto const valid = validate(request); !valid)
        co_return valid.error();
    auto const parameters = parameters_of(request);
    co_return co_await ask_for_grant(create_upload_stream_name, parameters,
        request.media_id ? *request.media_id : std::string_view(), until, failed);
}

asio::awaitable<result<upload_grant>> service::refresh_upload_media(std::string_view media_id, steady_time until)
{
    if (media_id.empty())
        co_return located(refused("no media id to refresh the upload of"), refresh_upload_media_name, {}, 0);
    std::array<sign::field_view, 1> const parameters{sign::field_view("MediaId", media_id)};
    co_return co_await ask_for_grant(refresh_upload_media_name, parameters, media_id, until, nullptr);
}

asio::awaitable<result<upload_grant>> service::ask_for_grant(std::string_view operation,
    std::span<sign::field_view const> parameters, std::string_view media_id, steady_time until,
    net::attempt_log* failed)
{
    auto done = co_await send(operation, parameters, true, until, failed);
    if (!done)
        co_return done.error();
    auto const attempts = done->attempts;
    auto grant = answers_.read_grant(done->answer, who_.current());
    wipe(done->answer.body.data(), done->answer.body.size());  // the credential is in it
    if (!grant)
        co_return located(grant.error(), operation, media_id, attempts);
    grant->obtained = clock_.steady_now();
    if (grant->media_id.empty())
        grant->media_id = media_id;
    co_return grant;
}

asio::awaitable<result<api_response>> service::call(
    std::string_view operation, api_parameters const& parameters, bool repeatable, steady_time until)
{
    if (auto const valid = check_call(operation, parameters); !valid)
        co_return located(valid.error(), operation, {}, 0);
    std::vector<sign::field_view> const fields(parameters.begin(), parameters.end());
    auto done = co_await send(operation, fields, repeatable, until);
    if (!done)
        co_return done.error();
    auto const attempts = done->attempts;
    auto response = answers_.read_response(std::move(done->answer), who_.current());
    if (!response)
        co_return located(response.error(), operation, {}, attempts);
    co_return response;
}

asio::awaitable<result<service::success>> service::send(std::string_view operation,
    std::span<sign::field_view const> parameters, bool repeatable, steady_time until, net::attempt_log* failed)
{
    api_request request({host_, settings_.user_agent, who_, time_, tools_}, operation, parameters, repeatable);
    if (auto const usable = check_credentials(who_.current()); !usable)
        co_return located(usable.error(), operation, request.resource(), 0);

    net::caller::judgement const judge_answer = [this, &request](
                                                    net::response const& answer) { return judge(answer, request); };
    auto outcome = co_await caller_.call(settings_.where, request, judge_answer, until);
    if (failed != nullptr)
        failed->append(outcome.failed);
    if (!outcome.answer)
        co_return outcome.answer.error();
    if (!is_success(outcome.answer->status))
    {
        auto e = located(
            refusal_error(*outcome.answer, operation, who_.current()), operation, request.resource(), outcome.attempts);
        outcome.tell(e);
        co_return e;
    }
    success done;
    done.answer = std::move(*outcome.answer);
    done.attempts = outcome.attempts;
    co_return done;
}

net::judged service::judge(net::response const& answer, api_request const& request)
{
    if (is_success(answer.status))
        return net::verdict::done;
    auto const code = read_failure(answer.body).code;
    bool const throttled = net::is_throttling(answer.status, code);  // so that any operation may be asked for again
    auto says = net::verdict::done;
    if (code == "SignatureNonceUsed" || (code == "InvalidTimeStamp.Expired" && correct_clock(answer.headers, request)))
        says = net::verdict::again_at_once;
    else if (throttled || (request.repeatable() && net::is_retryable_answer(answer.status, code)))
        says = net::verdict::again;
    return {says, one_line(without_secrets(code, who_.current()), max_operation), throttled};
}

// False when the answer does not tell the service's time, or tells what the request was made with.
bool service::correct_clock(net::header_list const& headers, api_request const& request)
{
    auto const theirs = parse_http_date(headers.find("date"));
    return theirs && time_.correct(*theirs, request.clock_offset());
}

error service::located(error e, std::string_view operation, std::string_view resource, unsigned attempts) const
{
    e.operation = one_line(operation, max_operation);
    e.resource = one_line(resource, max_resource);
    if (e.host.empty())
        e.host = host_;
    e.attempts = attempts;
    return e;
}

}  // namespace sluice::ims
