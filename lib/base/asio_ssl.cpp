// The one file that compiles asio::ssl (the emulator and the tests serve TLS with it; the client has a stream of its
// own).
#include <boost/asio/ssl/impl/src.hpp>
