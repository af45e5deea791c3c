#include "workers/call_request.hpp"

namespace bench
{

call_request::call_request(std::string const& origin)
    : target("/?Definition=HD&FileExtension=mp4&MediaId=0123456789abcdef0123456789abcdef"),
      fields{
          {"host", origin.substr(origin.find("//") + 2)},
          {"x-acs-version", "2020-11-09"},
          {"x-acs-action", "CreateUploadStream"},
          {"user-agent", "sluice/0.1.0"},
          {"x-acs-date", "2026-03-30T08:05:30Z"},
          {"x-acs-signature-nonce", "e6a457ff800b0860494ffec75062b9ba"},
          {"accept", "application/json"},
          {"x-acs-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
          {"Authorization", "ACS3-HMAC-SHA256 Credential=LTAI5tBenchBenchBench,SignedHeaders=host;x-acs-action;"
                            "x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"
                            "Signature=01330e6c01833d2ae3cfa27147722b46e149871b586a52bbb0a93876feb2a88f"},
          {"Content-Length", "0"},
      }
{}

std::string call_request::text() const
{
    auto out = "POST " + target + " HTTP/1.1\r\n";
    for (auto const& [name, value] : fields)
        out.append(name).append(": ").append(value).append("\r\n");
    return out + "\r\n";
}

}  // namespace bench
