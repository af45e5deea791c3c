#pragma once

#include "net/exchange.hpp"
#include "net/pipeline_window.hpp"

#include <boost/circular_buffer.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace sluice::net
{

// How many requests may be unanswered on one connection, beside what its window says of objects.
struct pipeline_depth
{
    unsigned calls = 1;
    bool one_at_a_time = false;
};

// Why a connection is over.
enum class ending
{
    idle,       // nobody needed it
    lost,       // the peer ended or broke it
    announced,  // after an answer that said so: what came later was not processed (RFC 9112, 9.6)
    malformed,  // what came is not an answer
    stalled,    // time_limits::stall_timeout
    no_answer,  // time_limits::response_timeout
    given_up,   // nothing can follow a request that was left half sent, or should wait for answers nobody wants
    shut_down
};

// The book of one connection: what waits to be written, what is being written, what is owed an answer, and what is to
// become of each when the connection ends. Decides; moves no bytes.
class pipeline
{
public:
    pipeline(std::chrono::milliseconds stall_timeout, std::chrono::milliseconds response_timeout, window_limits window,
        steady_time now);

    // --- what may come on

    [[nodiscard]] bool accepts() const noexcept { return accepting_; }
    [[nodiscard]] bool is_empty() const noexcept { return entries_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    [[nodiscard]] unsigned objects() const noexcept { return objects_; }
    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
    [[nodiscard]] bool has_room(exchange const& x, pipeline_depth const& depth) const noexcept;
    // Who came now would stand behind a slow body.
    [[nodiscard]] bool is_held_up() const noexcept;
    void push(std::shared_ptr<exchange> x);

    // Takes no more, and gives back what was not begun.
    [[nodiscard]] std::vector<std::shared_ptr<exchange>> stop_accepting();

    // --- the writer's side

    [[nodiscard]] std::shared_ptr<exchange> begin_writing(steady_time now);  // null: nothing to write
    [[nodiscard]] std::shared_ptr<exchange> being_written() const noexcept;  // null: nothing is
    [[nodiscard]] bool is_writing(exchange const& x) const noexcept;
    void end_writing(std::uint64_t end);  // its last byte is in the batch: the stream's `end`-th byte
    void drop_writing();                  // it leaves before that: refused before its first byte, or half sent
    void source_asked();                  // we wait for the body's source: not the network's fault
    void source_answered(steady_time now);
    void flush_begins(steady_time now);
    void flush_ended(steady_time now);

    // --- the reader's side

    // False when nothing that left us can be answered: what comes is unsolicited.
    [[nodiscard]] bool expects_answer() const noexcept { return !entries_.empty() && entries_.front().on_wire; }
    [[nodiscard]] bool next_is_head() const noexcept { return entries_.front().head; }
    [[nodiscard]] std::uint64_t next_max_bytes() const noexcept { return entries_.front().max_answer_bytes; }
    void bytes_came(steady_time now, std::uint64_t bytes_moved);

    struct answered
    {
        std::shared_ptr<exchange> by;  // null: its caller has left
        bool early = false;            // not all of it had been sent; it is no longer in the book
    };
    // bytes_sent: over the stream, ever.
    [[nodiscard]] answered answer_complete(steady_time now, std::uint64_t bytes_sent);
    [[nodiscard]] bool is_answering() const noexcept { return !entries_.empty() && entries_.front().answer_begun; }

    // Answers came on this connection before, so that a sudden end may mean that it had been kept too long.
    [[nodiscard]] bool was_used() const noexcept { return was_used_; }
    // A request sent before its predecessor's answer was answered: the server can do it.
    [[nodiscard]] bool pipelining_works() const noexcept { return pipelining_works_; }

    // --- leaving early

    enum class place
    {
        absent,
        queued,      // and now removed
        writing,     // and still there
        unanswered,  // and now without a caller: its answer is read and dropped
    };
    place leave(exchange const& x);
    // Answers are due, and every caller has left.
    [[nodiscard]] bool is_deserted() const noexcept;

    [[nodiscard]] std::vector<std::shared_ptr<exchange>> overdue(steady_time now) const;
    [[nodiscard]] steady_time earliest_until() const noexcept;

    // --- limits

    enum class limit
    {
        none,
        stalled,
        no_answer
    };
    // bytes_moved: over the socket, ever.
    [[nodiscard]] limit check(steady_time now, std::uint64_t bytes_moved);
    [[nodiscard]] steady_time due() const noexcept;  // when to check next; max: nothing can fall due

    // --- the end

    struct leaving
    {
        std::shared_ptr<exchange> what;
        bool again = false;  // send it elsewhere; else it fails
        bool first = false;  // the one whose answer was due
    };
    struct conclusion
    {
        std::vector<leaving> left;  // in order
        bool broke_pipelining = false;
    };
    [[nodiscard]] conclusion end(ending why);

private:
    enum class state
    {
        queued,
        writing,
        put,  // whole in the batch
        sent  // whole on the wire
    };

    struct entry
    {
        std::shared_ptr<exchange> caller;  // null: has left
        lane kind;
        bool head;
        std::uint64_t body_bytes;
        std::uint64_t max_answer_bytes;
        state at = state::queued;
        bool on_wire = false;  // a byte of it may have left
        bool behind = false;   // sent while an earlier one was unanswered
        bool answer_begun = false;
        std::uint64_t end = 0;  // of the stream's bytes, once put
        steady_time sent_at{};
        pipeline_window::mark begun{};
    };

    void count(entry const& e) noexcept;
    void discount(entry const& e) noexcept;
    [[nodiscard]] bool can_stall() const noexcept;
    [[nodiscard]] bool awaits_answer() const noexcept;
    [[nodiscard]] steady_time waiting_since() const noexcept;
    [[nodiscard]] bool may_go_again(entry const& e, ending why, bool progressed) const;
    [[nodiscard]] bool breaks_pipelining(ending why) const;
    [[nodiscard]] bool is_any_writing() const noexcept;
    [[nodiscard]] static bool is_slow(entry const& e) noexcept;
    [[nodiscard]] entry& writing() noexcept { return entries_[begun_ - 1]; }
    [[nodiscard]] entry const& writing() const noexcept { return entries_[begun_ - 1]; }
    [[nodiscard]] pipeline_window::load load() const noexcept { return {objects_, bytes_}; }
    void tell_window(steady_time now, entry const& e) noexcept;

    std::chrono::milliseconds const stall_timeout_;
    std::chrono::milliseconds const response_timeout_;
    boost::circular_buffer<entry> entries_;  // sent or put first, then the one being written, then the queued
    pipeline_window window_;
    std::size_t begun_ = 0;     // of the entries: all but the queued
    std::size_t deserted_ = 0;  // of them: without a caller
    unsigned calls_ = 0;
    unsigned objects_ = 0;
    std::uint64_t bytes_ = 0;
    bool accepting_ = true;
    bool was_used_ = false;
    bool pipelining_works_ = false;
    bool flushing_ = false;
    bool source_pending_ = false;
    steady_time last_answer_;
    steady_time progress_;  // when a byte is known to have moved
    steady_time looked_;
    std::uint64_t bytes_moved_ = 0;
};

}  // namespace sluice::net
