#include "net/tls_session_cache.hpp"

#include <algorithm>

namespace sluice::net
{

void tls_session_cache::store(std::string const& origin, ssl_session session)
{
    auto const of_origin = [&](entry const& e) { return e.origin == origin; };
    if (std::ranges::count_if(entries_, of_origin) >= static_cast<std::ptrdiff_t>(max_per_origin))
        entries_.erase(std::ranges::find_if(entries_, of_origin));
    else if (entries_.size() >= max_in_all)
        entries_.pop_front();
    entries_.push_back({origin, std::move(session)});
}

ssl_session tls_session_cache::take(std::string const& origin)
{
    for (auto i = entries_.size(); i-- > 0;)
    {
        auto& candidate = entries_[i];
        if (candidate.origin != origin)
            continue;
        if (SSL_SESSION_get_protocol_version(candidate.session.get()) < TLS1_3_VERSION)
        {
            SSL_SESSION_up_ref(candidate.session.get());
            return ssl_session(candidate.session.get());
        }
        auto session = std::move(candidate.session);
        entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(i));
        return session;
    }
    return nullptr;
}

}  // namespace sluice::net
