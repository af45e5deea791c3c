#pragma once

#include "upload/checkpoint_keeper.hpp"
#include "upload/part_board.hpp"
#include "upload/part_sender.hpp"
#include "upload/server_upload.hpp"
#include "upload/workshop.hpp"

#include <sluice/client.hpp>

#include <optional>
#include <string>
#include <vector>

namespace sluice::upload
{

// One multipart upload of a source that can be read again, from Initiate, or from where an earlier attempt left off, to
// the proven object; or to the abort.
class multipart
{
public:
    // `with` must outlive it. `left_off`: of the same source, or nothing.
    multipart(workshop& with, std::optional<resume_point> left_off);

    asio::awaitable<result<delivery>> run();

    // Parts sent again because the server's CRC-64 was another.
    [[nodiscard]] unsigned repeats() const noexcept { return sender_.repeats(); }

    // Uploads that could not be aborted, or may be there without anybody knowing their id.
    [[nodiscard]] std::vector<orphaned_upload> const& orphans() const noexcept { return there_.orphans(); }

    // The service completed the object, and calls it another than was sent.
    [[nodiscard]] bool has_stored_another() const noexcept { return there_.has_stored_another(); }

    // The object was found to be stored as it was sent, whatever the error says.
    [[nodiscard]] bool was_found() const noexcept { return there_.was_found(); }

private:
    asio::awaitable<result<void>> begin();
    asio::awaitable<result<bool>> find_again(std::string upload_id);
    asio::awaitable<result<delivery>> fill();
    asio::awaitable<result<void>> forget_missing();
    asio::awaitable<result<delivery>> end(result<delivery> done);
    [[nodiscard]] bool is_to_be_kept(error const& why) const;

    workshop& with_;
    std::optional<resume_point> left_off_;
    part_board board_;
    server_upload there_;
    part_sender sender_;
    std::optional<delivery> found_stored_;
};

}  // namespace sluice::upload
