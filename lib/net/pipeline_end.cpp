#include "net/pipeline.hpp"

#include <algorithm>
#include <utility>

namespace sluice::net
{

namespace
{

// Connections that may die under a request, one after the other and without a byte of an answer, before it fails.
constexpr unsigned max_lost = 3;

}  // namespace

bool pipeline::may_go_again(entry const& e, ending why, bool progressed) const
{
    if (why == ending::shut_down)
        return false;
    // Nothing behind an announced end was processed; what we gave up ourselves had nothing else on the wire.
    if (why == ending::announced || why == ending::given_up)
        return true;
    if (!progressed && e.caller->lost >= max_lost)
        return false;
    if (!e.on_wire)
        return true;
    return why != ending::stalled && was_used_ && !e.answer_begun && e.caller->repeatable;
}

// Several were on the wire together, and the server let the later ones down. A connection that had been kept too long
// looks otherwise: nothing was answered right before.
bool pipeline::breaks_pipelining(ending why) const
{
    if ((why != ending::lost && why != ending::announced) || pipelining_works_ || entries_.empty())
        return false;
    auto const several =
        std::any_of(entries_.begin(), entries_.end(), [](auto const& e) { return e.behind && e.on_wire; });
    return several && (entries_.front().behind || !was_used_);
}

pipeline::conclusion pipeline::end(ending why)
{
    accepting_ = false;
    conclusion out;
    out.broke_pipelining = breaks_pipelining(why);
    // A request was answered in front of these, so sending them again comes to an end by itself.
    bool const progressed = !entries_.empty() && entries_.front().behind && was_used_;
    bool const culprit = why == ending::malformed || why == ending::no_answer;
    for (std::size_t i = 0; i < entries_.size(); ++i)
    {
        auto& e = entries_[i];
        if (!e.caller)
            continue;
        leaving l{e.caller, false, i == 0 && e.on_wire};
        l.again = !(l.first && culprit) && may_go_again(e, why, progressed);
        if (l.again && why != ending::announced && why != ending::given_up && !progressed)
        {
            ++e.caller->lost;
            e.caller->wants_fresh = true;
        }
        out.left.push_back(std::move(l));
    }
    entries_.clear();
    begun_ = deserted_ = 0;
    calls_ = objects_ = 0;
    bytes_ = 0;
    return out;
}

}  // namespace sluice::net
