#include "emulator/ims_service.hpp"

#include "base/digest.hpp"
#include "base/hex.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace sluice::emulator
{

namespace
{

constexpr std::string_view api_version = "2020-11-09";
constexpr std::size_t max_body = 1024UL * 1024;  // bytes; parameters come in the query, at most in a form

// What is wrong with a request before its signature is looked at, as the gateway judges it.
std::optional<ims_refusal> check_call(request_head const& head, std::string_view path)
{
    if (path != "/")
        return ims_refusal{404, "InvalidApi.NotFound", "Specified api is not found, please check your url and method."};
    if (head.method != "POST" && head.method != "GET")
        return ims_refusal{405, "UnsupportedHTTPMethod", "This http method is not supported."};
    if (head.field("x-acs-action").empty())
        return ims_refusal{400, "MissingAction", "Action is mandatory for this action: header x-acs-action."};
    if (head.field("x-acs-version").empty())
        return ims_refusal{400, "MissingVersion", "Version is mandatory for this action: header x-acs-version."};
    if (head.field("x-acs-version") != api_version)
        return ims_refusal{404, "InvalidVersion", "Specified parameter Version is not valid."};
    return std::nullopt;
}

}  // namespace

// Takes a body for its digest, and keeps as much of it as a form may have.
class ims_service::call final : public operation
{
public:
    call(ims_service& owner, request_head const& head) : owner_(owner), head_(head)
    {
        service = "ims";
        name = head.field("x-acs-action");
    }

    void inject(fault::kind what) override
    {
        if (what == fault::kind::expire_all_tokens)
            owner_.tokens_.expire_all();
    }

    void consume(std::span<std::byte const> block) override
    {
        digest_.update(block);
        auto const room = std::min(block.size(), max_body - body_.size());
        body_.append(reinterpret_cast<char const*>(block.data()), room);
        too_large_ = too_large_ || room < block.size();
    }

    reply finish() override
    {
        auto const digest = to_hex(as_bytes(digest_.finish()));
        if (too_large_)
            return ims_error({413, "RequestBodyTooLarge", "The request body is larger than 1 MiB."},
                head_.field("Host"), *owner_.random_);
        return owner_.respond(head_, body_, digest);
    }

private:
    ims_service& owner_;
    request_head const& head_;
    running_digest digest_{running_digest::algorithm::sha256};
    std::string body_;
    bool too_large_ = false;
};

struct ims_service::action
{
    std::string_view name;
    answer (ims_service::*perform)(ims_request const&);
};

ims_service::action const* ims_service::find_action(std::string_view name)
{
    static constexpr std::array<action, 6> actions = {{
        {"CreateUploadStream", &ims_service::create_upload_stream},
        {"CreateUploadMedia", &ims_service::create_upload_media},
        {"RefreshUploadMedia", &ims_service::refresh_upload_media},
        {"RegisterMediaStream", &ims_service::register_media_stream},
        {"GetMediaInfo", &ims_service::get_media_info},
        {"DeleteMediaInfos", &ims_service::delete_media_infos},
    }};
    auto const* const found = std::ranges::find(actions, name, &action::name);
    return found == actions.end() ? nullptr : found;
}

ims_service::ims_service(object_access objects, token_registry& tokens, std::shared_ptr<clock> c,
    std::shared_ptr<random_source> random, settings s)
    : objects_(std::move(objects)),
      tokens_(tokens),
      clock_(std::move(c)),
      random_(std::move(random)),
      settings_(std::move(s)),
      verifier_(tokens, clock_),
      grants_(tokens, settings_.grants)
{}

std::unique_ptr<operation> ims_service::begin(request_head const& head)
{
    return std::make_unique<call>(*this, head);
}

reply ims_service::respond(request_head const& head, std::string_view body, std::string_view body_sha256)
{
    auto const request_id = make_request_id(*random_);
    auto outcome = perform(head, body, body_sha256, request_id);
    if (auto const* refusal = std::get_if<ims_refusal>(&outcome))
        return ims_error(*refusal, head.field("Host"), *random_);
    return ims_answer(200, std::move(*std::get_if<std::string>(&outcome)), request_id, *random_);
}

ims_service::answer ims_service::perform(
    request_head const& head, std::string_view body, std::string_view body_sha256, std::string_view request_id)
{
    auto const target = parse_target(head.target);
    if (!target)
        return ims_refusal{400, "InvalidParameter", "The query string has a bad percent code."};
    if (auto why = check_call(head, target->path))
        return std::move(*why);
    auto const* const what = find_action(head.field("x-acs-action"));
    if (what == nullptr)
        return ims_refusal{
            404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method."};

    auto verified = verifier_.verify(head, *target, body_sha256);
    if (verified.refusal)
        return std::move(*verified.refusal);
    if (verified.signer->temporary)  // its policy allows to write one object, and nothing else
        return ims_refusal{403, "Forbidden", "User not authorized to operate on the specified resource.",
            "ice:" + std::string(what->name)};

    auto const request = read_ims_request(head, *target, body, request_id);
    if (!request)
        return ims_refusal{400, "InvalidParameter", "The form in the body has a bad percent code."};
    return (this->*what->perform)(*request);
}

}  // namespace sluice::emulator
