// The peer with libcurl's multi interface for calls, one unanswered on each connection. It sends the same signed
// request again and again, and leaves the answers unread.
//   --calls N, --connections N
#include "support/arguments.hpp"
#include "support/meter.hpp"
#include "support/report.hpp"
#include "workers/call_request.hpp"
#include "workers/curl_transfers.hpp"

namespace
{

bench::curl_fields fields_of(bench::call_request const& call)
{
    bench::curl_fields list;
    for (auto const& [name, value] : call.fields)
    {
        auto const line = std::string(name).append(": ").append(value);
        list.reset(curl_slist_append(list.release(), line.c_str()));
    }
    return list;
}

std::size_t drop(char*, std::size_t size, std::size_t count, void*)
{
    return size * count;
}

}  // namespace

int main(int argc, char** argv)
{
    bench::arguments given(argc, argv);
    auto const origin = given.text("origin", "");
    auto const ca_file = given.text("ca", "");
    auto const calls = given.number("calls", 10'000);
    auto const connections = given.number("connections", 16);
    given.refuse_rest();
    bench::call_request const call(origin);
    auto const url = origin + call.target;
    auto const fields = fields_of(call);

    bench::curl_transfers transfers(connections, [&](CURL* easy) {
        curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
        curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file.c_str());
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, 0L);
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, fields.get());
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &drop);
        curl_easy_setopt(easy, CURLOPT_FAILONERROR, 1L);
    });
    transfers.run(connections, {});  // all of them open now

    bench::report r;
    bench::meter const measured;
    transfers.run(calls, {});
    r.used = measured.stop();
    r.requests = calls + connections;
    r.beside = {{"calls", static_cast<double>(calls)}};
    bench::print(r);
}
