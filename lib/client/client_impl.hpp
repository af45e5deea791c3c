#pragma once

#include "client/config_check.hpp"
#include "client/running_operation.hpp"
#include "client/stats_board.hpp"
#include "client/upload_call.hpp"
#include "credentials/credentials_source.hpp"
#include "ims/service.hpp"
#include "net/pool.hpp"
#include "upload/environment.hpp"
#include "upload/transfer.hpp"

#include <sluice/client.hpp>

#include <boost/asio/strand.hpp>

#include <deque>
#include <memory>

namespace sluice
{

struct live_upload;

// What a client is made of, on one strand. Kept alive by the calls under way, so that a destroyed client still cleans
// up behind them; the last of them takes it along.
class client::impl : public std::enable_shared_from_this<client::impl>
{
public:
    impl(asio::any_io_executor ex, client_config config);
    impl(impl const&) = delete;
    impl& operator=(impl const&) = delete;
    ~impl();

    // Starts `work` (from this object to an awaitable<result<T>>) on the strand, and keeps it until that is done;
    // `handler` is invoked through its own executor, never inside this call. Any thread.
    // `steering`: the handle's side of an upload that has one.
    template <class T, class Work>
    void start(asio::any_completion_handler<void(result<T>)> handler, Work work,
        std::shared_ptr<upload::control> const& steering = nullptr);

    // The work of the calls, for as long as what they are given lives. On the strand, cancelled through error codes.
    asio::awaitable<result<receipt>> upload_stream(stream_request const& request, source& from, upload_call const& how);
    asio::awaitable<result<receipt>> upload(upload_grant const& grant, source& from, upload_call const& how);
    asio::awaitable<result<receipt>> upload_from(destination const& to, stream_source& from, upload_call const& how);
    asio::awaitable<result<upload_writer>> open_writer(destination const& to, upload_call const& how);

    // Of many, the next that nobody has begun is begun when one has ended.
    asio::awaitable<result<std::vector<result<receipt>>>> upload_all(
        std::vector<upload_job> const& jobs, std::vector<upload_call> const& calls, unsigned limit);

    asio::awaitable<result<upload_session>> begin_session(
        upload_grant const& grant, std::uint64_t size, upload_options const& options);
    asio::awaitable<result<session_share>> upload_share(upload_session const& session, upload_grant const& grant,
        source& from, part_range range, upload_call const& how);
    asio::awaitable<result<std::vector<open_upload>>> list_open_uploads(
        upload_grant const& access, std::string const& prefix);
    asio::awaitable<result<void>> abort_upload(upload_grant const& access, open_upload const& which);
    [[nodiscard]] result<oss::object_location> place_of(upload_grant access, std::string key) const;

    asio::awaitable<result<upload_grant>> create_upload_stream(stream_request const& request);
    asio::awaitable<result<upload_grant>> refresh_upload_media(std::string const& media_id);
    asio::awaitable<result<api_response>> call(std::string const& operation, api_parameters const& parameters);

    // Stops every call and lets no other begin. Any thread; returns at once.
    void close();

    void set_bandwidth(std::uint64_t bytes_a_second) noexcept { uploads_.bandwidth->set(bytes_a_second); }  // likewise

    [[nodiscard]] client_stats stats();  // any thread

    [[nodiscard]] asio::any_io_executor const& executor() const noexcept { return executor_; }
    [[nodiscard]] asio::any_io_executor const& strand() const noexcept { return strand_; }

private:
    template <class Operation>
    asio::awaitable<void> run(std::shared_ptr<impl> self, std::shared_ptr<Operation> op);

    class registration;

    asio::awaitable<void> take_away(upload::checkpoint const& old);
    asio::awaitable<result<receipt>> upload_under_new_grant(
        stream_request const& request, upload::order what, upload::toll& costs);
    asio::awaitable<result<receipt>> transfer(upload::order what, upload::toll& costs);

    [[nodiscard]] std::shared_ptr<live_upload> make_live(std::string name, upload_call how, steady_time until);
    // `from`: null where a writer brings the bytes.
    asio::awaitable<result<receipt>> upload_live(
        live_upload& live, destination const& to, stream_source* from, steady_time until);
    asio::awaitable<result<upload_grant>> grant_for(
        destination const& to, upload_options const& options, steady_time until);

    void note_costs(upload::toll const& costs);

    struct many;
    void begin_next(many& all);
    asio::awaitable<result<void>> upload_one_of(many& all, std::size_t mine);
    asio::awaitable<result<receipt>> upload_job_of(upload_job const& job, upload_call const& how);

    [[nodiscard]] result<void> ready_for_ims() const;
    [[nodiscard]] steady_time deadline(std::chrono::milliseconds own) const;
    void stop_all();
    void ended();
    void note_stats();

    asio::any_io_executor executor_;
    asio::any_io_executor strand_;
    client_config config_;
    result<void> config_valid_;
    result<endpoint> ims_where_;
    fixed_credentials account_;

    net::restraints restraints_;

    // Nothing of these once the closed client has nothing under way.
    std::unique_ptr<net::pool> pool_;
    std::unique_ptr<net::caller> ims_caller_;
    std::unique_ptr<ims::service> ims_;  // for the client's life, for it learns how wrong the clock is

    upload::environment uploads_;
    boost::intrusive::list<running_operation, boost::intrusive::constant_time_size<false>> running_;
    bool closed_ = false;
    std::uint64_t upload_retries_ = 0;
    std::uint64_t orphaned_uploads_ = 0;
    std::deque<orphaned_upload> orphans_;  // the latest of them
    stats_board board_;
};

}  // namespace sluice
