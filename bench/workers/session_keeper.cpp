#include "workers/session_keeper.hpp"

namespace bench
{

namespace
{

// Where a context knows its keeper.
int index_of_keeper()
{
    static int const index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

}  // namespace

session_keeper::session_keeper(SSL_CTX* of)
{
    SSL_CTX_set_ex_data(of, index_of_keeper(), this);
    SSL_CTX_set_session_cache_mode(of, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(of, &keep);
}

void session_keeper::offer_to(SSL* before_its_handshake) const
{
    if (latest_)
        SSL_set_session(before_its_handshake, latest_.get());
}

int session_keeper::keep(SSL* from, SSL_SESSION* session)
{
    auto* const self = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(from), index_of_keeper());
    static_cast<session_keeper*>(self)->latest_.reset(session);
    return 1;  // it is ours now
}

}  // namespace bench
