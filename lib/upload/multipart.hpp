#pragma once

#include "net/retry.hpp"
#include "oss/service.hpp"
#include "upload/clean_up.hpp"
#include "upload/crew.hpp"
#include "upload/environment.hpp"
#include "upload/part_body.hpp"
#include "upload/part_plan.hpp"
#include "upload/progress.hpp"
#include "upload/proof.hpp"
#include "upload/step_gate.hpp"

#include <sluice/source.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace sluice::upload
{

// One multipart upload, from Initiate to the proven object, or to the abort.
class multipart
{
public:
    // What it works with; all of it must outlive it.
    struct tools
    {
        environment const& env;
        net::caller const& caller;
        oss::service& oss;
        oss::object_location const& at;
        source& from;
        progress_meter& meter;
        step_gate const& gate;
        net::attempt_log& failed;
        bandwidth_gate const& bandwidth;
        bool key_is_ours;  // nobody else uploads to this key: a grant's, bound to the one object
    };

    multipart(tools const& with, part_plan const& plan, unsigned parts_in_flight);

    asio::awaitable<result<delivery>> run();

    // Parts sent again because the server's CRC-64 was another.
    [[nodiscard]] unsigned repeats() const noexcept { return repeats_; }

    // Uploads that could not be aborted, or may be there without anybody knowing their id.
    [[nodiscard]] unsigned orphaned() const noexcept { return orphaned_; }

private:
    enum class completion
    {
        not_tried,
        refused,  // by an answer each time
        open,     // sent, and nobody knows what came of it
        done
    };

    asio::awaitable<result<std::string>> initiate();
    asio::awaitable<result<delivery>> fill();
    asio::awaitable<result<void>> send_parts();
    void offer_parts();
    asio::awaitable<result<void>> send_and_count(unsigned number);
    asio::awaitable<result<void>> send_part(part_body& body, unsigned number);
    asio::awaitable<result<delivery>> complete();
    asio::awaitable<result<delivery>> end_failed(error why, clean_up& after);
    asio::awaitable<void> end_lost(result<delivery>& done, clean_up& after);

    [[nodiscard]] std::uint64_t combined_crc64() const noexcept;
    [[nodiscard]] unsigned retries() const noexcept;

    tools with_;
    part_plan plan_;
    unsigned parts_in_flight_;
    std::string upload_id_;
    initiate_window begun_;
    completion completed_ = completion::not_tried;
    oss::expected_object expected_;
    crew* senders_ = nullptr;
    unsigned next_part_ = 1;
    unsigned to_be_sent_ = 0;            // parts begun, and not yet sent whole
    std::vector<oss::part_ref> stored_;  // by part number - 1, as the next
    std::vector<std::uint64_t> crcs_;
    unsigned repeats_ = 0;
    unsigned orphaned_ = 0;
};

}  // namespace sluice::upload
