#pragma once

#include "emulator/acs3_verifier.hpp"
#include "emulator/grant_issuer.hpp"
#include "emulator/ims_request.hpp"
#include "emulator/media_library.hpp"
#include "emulator/message.hpp"
#include "emulator/token_registry.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace sluice::emulator
{

// The upload operations of Intelligent Media Services, without a network. On the server's strand.
class ims_service final : public service
{
public:
    // What it needs to know of the objects that were uploaded.
    struct object_access
    {
        std::function<std::optional<std::uint64_t>(object_place const&)> size;  // nothing: no such object
        std::function<void(object_place const&)> remove;
    };

    struct settings
    {
        std::string bucket;  // of issued grants
        grant_issuer::settings grants;
    };

    // The registry must outlive it.
    ims_service(object_access objects, token_registry& tokens, std::shared_ptr<clock> c,
        std::shared_ptr<random_source> random, settings s);

    std::unique_ptr<operation> begin(request_head const& head) override;

private:
    class call;                                             // one request on its way
    using answer = std::variant<std::string, ims_refusal>;  // JSON, or why not
    struct action;
    static action const* find_action(std::string_view name);

    reply respond(request_head const& head, std::string_view body, std::string_view body_sha256);
    answer perform(
        request_head const& head, std::string_view body, std::string_view body_sha256, std::string_view request_id);

    answer create_upload_stream(ims_request const& r);
    answer create_upload_media(ims_request const& r);
    answer refresh_upload_media(ims_request const& r);
    answer register_media_stream(ims_request const& r);
    answer get_media_info(ims_request const& r);
    answer delete_media_infos(ims_request const& r);

    std::string upload_answer(ims_request const& r, std::string const& media_id, media_file const& file);
    [[nodiscard]] media_file new_file(std::string_view folder, std::string_view extension) const;
    [[nodiscard]] std::string url_of(object_place const& place) const;
    [[nodiscard]] std::string media_id_of(ims_request const& r) const;

    object_access objects_;
    token_registry& tokens_;
    std::shared_ptr<clock> clock_;
    std::shared_ptr<random_source> random_;
    settings settings_;
    acs3_verifier verifier_;
    grant_issuer grants_;
    media_library media_;
};

}  // namespace sluice::emulator
