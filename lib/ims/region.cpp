#include "ims/printable.hpp"
#include "ims/service.hpp"

#include <algorithm>

namespace sluice::ims
{

namespace
{

// Where the product `ice` has a regional endpoint, by the vendor's metadata of its command line.
constexpr std::string_view regions[] = {
    "cn-shanghai", "cn-beijing", "cn-shenzhen", "cn-hangzhou", "ap-southeast-1", "us-west-1"};

std::string joined_regions()
{
    std::string out;
    for (auto const region : regions)
        out.append(out.empty() ? "" : ", ").append(region);
    return out;
}

}  // namespace

result<endpoint> endpoint_of_region(std::string_view region)
{
    if (std::ranges::find(regions, region) != std::end(regions))
        return parse_endpoint(std::string("ice.").append(region).append(".aliyuncs.com"));

    auto const what = region.empty() ? "no region was given" : "there is no IMS region " + in_quotes(region);
    error e(errc::invalid_argument, what + "; the regions are " + joined_regions());
    e.recommendation = std::string("Choose one of them (uploading streams is offered in ") +
                       std::string(stream_upload_regions) + "), or set the IMS endpoint, which overrides the region.";
    e.attempts = 0;
    return e;
}

}  // namespace sluice::ims
