#include "emulator/exchange.hpp"

#include "emulator/fault_rules.hpp"
#include "emulator/request_log.hpp"

#include <algorithm>
#include <utility>

namespace sluice::emulator
{

namespace
{

std::string_view name_of(service_kind kind) noexcept
{
    return kind == service_kind::ims ? "ims" : "oss";
}

constexpr std::string_view garbage = "\x16\x03\x00\xFFno answer that HTTP knows\r\n\r\n";

reply proxy_page()
{
    reply r;
    r.fields = {{"Content-Type", "text/html"}};
    r.body = "<html><head><title>Gateway</title></head><body><h1>Please log in</h1></body></html>\n";
    return r;
}

std::string_view request_id_of(reply const& r)
{
    auto const found = std::ranges::find_if(
        r.fields, [](auto const& f) { return f.first == "x-oss-request-id" || f.first == "x-acs-request-id"; });
    return found == r.fields.end() ? std::string_view{} : std::string_view(found->second);
}

}  // namespace

exchange::exchange(
    front_context& context, request_head head, service_kind of_port, std::uint64_t connection, unsigned unanswered)
    : context_(context),
      head_(std::move(head)),
      kind_(context.kind_for(head_.field("Host"), of_port)),
      operation_(context.of_kind(kind_).begin(head_)),
      number_(++context.requests),
      connection_(connection),
      in_flight_(unanswered),
      began_(context.time->steady_now())
{
    context_.counts.count(operation_->name);
    request_event event;
    event.number = number_;
    event.connection = connection_;
    event.in_flight = in_flight_;
    event.service = name_of(kind_);
    event.operation = operation_->name;
    event.method = head_.method;
    event.target = head_.target;
    event.bucket = operation_->bucket;
    event.key = operation_->key;
    event.part_number = operation_->part_number;
    event.upload_id = operation_->upload_id;
    fault_ = context_.hooks->ask(event);
    operation_->inject(fault_.what);
}

exchange::exchange(front_context& context, service_kind of_port, bool tls, std::uint64_t connection,
    unsigned unanswered, std::string_view failure)
    : context_(context),
      kind_(of_port),
      number_(++context.requests),
      connection_(connection),
      in_flight_(unanswered),
      began_(context.time->steady_now())
{
    context_.counts.count({});
    head_.tls = tls;
    refuse(failure);
}

bool exchange::is_performed() const noexcept
{
    switch (fault_.what)
    {
    case fault::kind::reset_before:
    case fault::kind::answer_status:
    case fault::kind::answer_garbage:
    case fault::kind::answer_html:
        return false;
    default:
        return true;
    }
}

void exchange::body_complete(std::uint64_t size)
{
    count_body(size);
    if (is_performed())
        reply_ = operation_->finish();
    else if (fault_.what == fault::kind::answer_status)
        reply_ = ordered_answer();
    else if (fault_.what == fault::kind::answer_html)
        reply_ = proxy_page();
    ready = context_.time->steady_now() + context_.latency + fault_.delay;
    complete = true;
}

void exchange::count_body(std::uint64_t size)
{
    bytes_in_ = size;
    context_.counts.count_body(operation_ ? std::string_view(operation_->name) : std::string_view{}, size);
}

reply exchange::ordered_answer() const
{
    auto r = error_answer(kind_, fault_.status, fault_.code, "This answer was ordered by a test.", *context_.random);
    r.fields.insert(r.fields.end(), fault_.fields.begin(), fault_.fields.end());
    return r;
}

void exchange::refuse(std::string_view failure)
{
    end_with("InvalidRequest", "The request is not HTTP/1.1: " + std::string(failure) + ".");
}

void exchange::body_incomplete(std::uint64_t size, bool stalled)
{
    count_body(size);
    if (stalled)
        end_with("RequestTimeout",
            "Your socket connection to the server was not read from or written to within the timeout period.");
    else
        end_with("IncompleteBody", "You did not provide the number of bytes specified by the Content-Length header.");
}

// With 400; nothing that follows on the connection can be told apart any more.
void exchange::end_with(std::string code, std::string_view message)
{
    fault_ = {};
    reply_ = error_answer(kind_, 400, std::move(code), message, *context_.random);
    keep_alive = false;
    wants_continue = false;
    ready = context_.time->steady_now();
    complete = true;
}

exchange::wire_answer exchange::take_answer()
{
    answer_context const how{
        kind_, head_.method == "HEAD", keep_alive, std::chrono::floor<std::chrono::seconds>(context_.time->now())};
    wire_answer answer;
    answer.then = keep_alive ? after_answer::go_on : after_answer::close;
    switch (fault_.what)
    {
    case fault::kind::reset_before:
    case fault::kind::reset_after:
        answer.then = after_answer::reset;
        return answer;
    case fault::kind::never_answer:
        answer.then = after_answer::keep_silent;
        return answer;
    case fault::kind::answer_garbage:
        answer.head = garbage;
        answer.then = after_answer::close;
        return answer;
    default:
        break;
    }

    answer.head = answer_head(reply_, how);
    if (has_body(reply_, how))
        answer.body = reply_.body;
    if (fault_.what == fault::kind::close_after)
        answer.then = after_answer::close;
    if (fault_.what == fault::kind::answer_half)
    {
        auto const half = (answer.head.size() + answer.body.size()) / 2;
        answer.body.resize(half > answer.head.size() ? half - answer.head.size() : 0);
        answer.head.resize(std::min(half, answer.head.size()));
        answer.then = after_answer::close;
    }
    return answer;
}

void exchange::log(bool answered) const
{
    if (!context_.hooks->logs())
        return;
    log_entry entry;
    entry.number = number_;
    entry.connection = connection_;
    entry.in_flight = in_flight_;
    entry.tls = head_.tls;
    entry.method = head_.method;
    entry.target = head_.target;
    entry.service = name_of(kind_);
    if (operation_)
    {
        entry.operation = operation_->name;
        entry.bucket = operation_->bucket;
        entry.key = operation_->key;
        entry.part_number = operation_->part_number;
    }
    entry.fault = fault_.what == fault::kind::none && fault_.delay.count() != 0 ? "delay" : name_of(fault_.what);
    entry.user_agent = head_.field("User-Agent");
    entry.bytes_in = bytes_in_;
    if (answered)
    {
        entry.status = reply_.status;
        entry.code = reply_.code;
        entry.request_id = request_id_of(reply_);
        entry.bytes_out = head_.method == "HEAD" ? 0 : reply_.body.size();
    }
    entry.duration = std::chrono::duration<double, std::milli>(context_.time->steady_now() - began_).count();
    context_.hooks->log(log_line(entry));
}

}  // namespace sluice::emulator
