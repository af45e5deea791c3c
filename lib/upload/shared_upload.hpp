#pragma once

#include "upload/part_board.hpp"
#include "upload/part_sender.hpp"
#include "upload/server_upload.hpp"
#include "upload/workshop.hpp"

#include <sluice/client.hpp>
#include <sluice/upload_session.hpp>

#include <optional>
#include <string>
#include <vector>

namespace sluice::upload
{

// One process's share of an upload that others work on too. They may need it, so nothing is aborted here but what may
// be open beside an object that is proven to be the one it was to make.
class shared_upload
{
public:
    // `with` must outlive it.
    shared_upload(workshop& with, std::string upload_id, part_range range);

    struct share
    {
        unsigned parts_sent = 0;
        unsigned parts_found = 0;
        unsigned parts_missing = 0;
        std::optional<delivery> done;
    };
    asio::awaitable<result<share>> run();

    // Parts sent again because the server's CRC-64 was another.
    [[nodiscard]] unsigned repeats() const noexcept { return sender_.repeats(); }

    // The session, when the object is there and it could not be aborted beside it.
    [[nodiscard]] std::vector<orphaned_upload> const& orphans() const noexcept { return there_.orphans(); }

private:
    using listing = std::vector<oss::listed_part>;

    asio::awaitable<result<void>> fill();
    asio::awaitable<result<void>> send_own();
    void count_own();
    asio::awaitable<result<void>> forget_lost();
    result<void> forget_lost_of(listing const& now);
    asio::awaitable<result<listing>> list();
    asio::awaitable<result<void>> complete_if_all(listing const& now);
    asio::awaitable<result<void>> compare(oss::listed_part const& part);
    asio::awaitable<result<share>> find_completed(error why);
    [[nodiscard]] bool needs_end(result<delivery> const& done) const;
    asio::awaitable<result<delivery>> end(result<delivery> done);
    asio::awaitable<error> end_cancelled(error why);

    [[nodiscard]] bool is_as_planned(oss::listed_part const& part) const;

    workshop& with_;
    part_range range_;
    part_board board_;
    server_upload there_;
    part_sender sender_;
    share so_far_;
    oss::expected_object expected_;
};

}  // namespace sluice::upload
