#pragma once

#include "net/transport.hpp"

#include <sluice/clock.hpp>

#include <cstdint>
#include <memory>
#include <utility>

namespace sluice::net
{

class connection;
class exchange;

// The order of waiting.
bool goes_before(exchange const& a, exchange const& b) noexcept;

// One request on its way to an answer: shared by the pool that queues it, the connection that carries it and the
// caller who waits. What the connection must know later, when the request may be gone, is copied here.
class exchange : public std::enable_shared_from_this<exchange>
{
public:
    exchange(request& what, steady_time until);
    exchange(exchange const&) = delete;
    exchange& operator=(exchange const&) = delete;
    virtual ~exchange() = default;

    // Not to be called once it has finished.
    [[nodiscard]] request& what() const noexcept { return *what_; }

    // Its body is one that nobody should stand behind. Not to be asked once it has finished.
    [[nodiscard]] bool is_slow() const noexcept { return body_bytes != 0 && what_->body()->is_slow(); }

    // The first outcome counts. Nothing of the request or its body is touched from now on.
    void finish(result<response> outcome);
    [[nodiscard]] bool finished() const noexcept { return finished_; }
    [[nodiscard]] result<response> take_outcome() { return std::move(outcome_); }

    lane const kind;
    bool const head;
    bool const repeatable;
    priority const urgency;
    std::uint64_t const body_bytes;
    std::uint64_t const max_answer_bytes;
    steady_time const until;

    connection* carrier = nullptr;  // null: it waits in the pool
    unsigned lost = 0;              // connections that died under it without a byte of an answer
    bool wants_fresh = false;       // the last one was stale: not on another that has stood idle
    bool waits_as_slow = false;     // in the pool's line for those
    std::uint64_t came = 0;         // the order of coming
    std::uint64_t turn = 0;         // behind which of those that come it stands, by its urgency

private:
    virtual void notify() = 0;  // wakes the caller; must not run it inside this call

    request* what_;
    result<response> outcome_ = error{};
    bool finished_ = false;
};

}  // namespace sluice::net
