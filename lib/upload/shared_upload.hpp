#pragma once

#include "upload/part_board.hpp"
#include "upload/part_sender.hpp"
#include "upload/server_upload.hpp"
#include "upload/workshop.hpp"

#include <sluice/upload_session.hpp>

#include <optional>
#include <string>
#include <vector>

namespace sluice::upload
{

// One process's share of an upload that others work on too. Nothing is ever aborted here: the others may need it.
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

    [[nodiscard]] unsigned repeats() const noexcept { return sender_.repeats(); }

private:
    asio::awaitable<result<share>> do_share();
    asio::awaitable<result<std::vector<oss::listed_part>>> list();
    asio::awaitable<result<share>> complete_if_all(share so_far);
    asio::awaitable<result<std::uint64_t>> crc64_of(oss::listed_part const& part);

    workshop& with_;
    part_range range_;
    part_board board_;
    server_upload there_;
    part_sender sender_;
};

}  // namespace sluice::upload
