#pragma once

#include "oss/types.hpp"
#include "upload/crew.hpp"
#include "upload/pace.hpp"
#include "upload/part_board.hpp"
#include "upload/part_body.hpp"
#include "upload/server_upload.hpp"
#include "upload/workshop.hpp"

#include <map>
#include <vector>

namespace sluice::upload
{

// Sends parts of a source to one multipart upload, some at a time.
class part_sender
{
public:
    // All of it must outlive it.
    part_sender(workshop& with, part_board& board, server_upload const& to);

    // The service has these parts, by its own word. One that turns out to be equal to the source is not sent.
    void consider(std::vector<oss::listed_part> const& there);

    // Sends those of these parts that the board does not call stored. Every one has ended when this returns, and the
    // first error is the result.
    asio::awaitable<result<void>> send(std::vector<unsigned> numbers);

    // Parts that were considered and not sent.
    [[nodiscard]] unsigned found() const noexcept { return found_; }

    // Parts that were sent and confirmed.
    [[nodiscard]] unsigned confirmed() const noexcept { return confirmed_; }

    // Parts sent again because the server's CRC-64 was another.
    [[nodiscard]] unsigned repeats() const noexcept { return repeats_; }

private:
    void offer_parts();
    asio::awaitable<result<void>> see_to(unsigned number);
    asio::awaitable<result<bool>> keep_if_same(unsigned number);
    void mind_the_time();
    [[nodiscard]] part_body::range range_of(unsigned number) const;

    workshop& with_;
    part_board& board_;
    server_upload const& to_;
    std::map<unsigned, oss::listed_part> considered_;
    std::vector<unsigned> numbers_;
    std::size_t next_ = 0;
    unsigned parts_in_flight_;
    unsigned to_be_sent_ = 0;  // parts begun, and not yet sent whole
    crew* senders_ = nullptr;
    pace pace_;
    bool is_late_ = false;
    unsigned found_ = 0;
    unsigned confirmed_ = 0;
    unsigned repeats_ = 0;
};

}  // namespace sluice::upload
