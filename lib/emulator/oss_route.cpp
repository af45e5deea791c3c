#include "emulator/oss_route.hpp"

#include "base/text.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace sluice::emulator
{

namespace
{

constexpr std::string_view cloud_domain = ".aliyuncs.com";

bool is_label(std::string_view text)
{
    return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

std::vector<std::string_view> labels_of(std::string_view host)
{
    std::vector<std::string_view> labels;
    for (std::size_t begin = 0; begin <= host.size();)
    {
        auto const end = std::min(host.find('.', begin), host.size());
        labels.push_back(host.substr(begin, end - begin));
        begin = end + 1;
    }
    return labels;
}

// Without ".aliyuncs.com"; nothing for other hosts.
std::optional<std::string_view> cloud_prefix(std::string_view host)
{
    if (!host.ends_with(cloud_domain) || host.size() == cloud_domain.size())
        return std::nullopt;
    return host.substr(0, host.size() - cloud_domain.size());
}

bool is_cloud_box(std::vector<std::string_view> const& labels)
{
    return labels.size() == 3 && labels[0].starts_with("cb-") && is_label(labels[1]) &&
           (labels[2] == "oss-cloudbox" || labels[2] == "oss-cloudbox-control");
}

// An endpoint of the public service, without a bucket.
bool is_cloud_endpoint(std::string_view host)
{
    auto const prefix = cloud_prefix(host);
    if (!prefix)
        return false;
    auto const labels = labels_of(*prefix);
    if (!std::ranges::all_of(labels, is_label))
        return false;
    if (labels.size() == 1)  // oss-REGION, also -internal, accelerate; the old VPC form
        return labels[0].starts_with("oss-") || labels[0].starts_with("vpc100-oss-");
    if (labels.size() == 2)  // dual stack
        return labels[1] == "oss";
    return is_cloud_box(labels);
}

// A client that is given an address for an endpoint may put its region option there as it is, with "oss-" or without.
bool is_region_host(std::string_view host)
{
    auto const prefix = cloud_prefix(host);
    return prefix && is_label(*prefix);
}

// The region that an endpoint of the public service names, with a bucket before it or without; empty for an endpoint of
// no one region.
std::string region_of_endpoint(std::string_view host)
{
    auto const prefix = cloud_prefix(host);
    if (!prefix)
        return {};
    auto const labels = labels_of(*prefix);
    auto label = labels.back();
    if (label == "oss")  // dual stack
        return labels.size() > 1 ? std::string(labels[labels.size() - 2]) : std::string();
    if (label.starts_with("oss-accelerate") || label.starts_with("oss-cloudbox"))
        return {};
    for (std::string_view const before : {"vpc100-", "oss-"})
    {
        if (label.starts_with(before))
            label.remove_prefix(before.size());
    }
    if (constexpr std::string_view internal = "-internal"; label.ends_with(internal))
        label.remove_suffix(internal.size());
    return std::string(label);
}

bool is_local(std::string_view host)
{
    if (host == "localhost")
        return true;
    boost::system::error_code failed;
    boost::asio::ip::make_address(host, failed);
    return !failed;
}

oss_location split_path(std::string_view path)
{
    auto const slash = path.find('/');
    if (slash == std::string_view::npos)
        return {std::string(path), {}};
    return {std::string(path.substr(0, slash)), std::string(path.substr(slash + 1))};
}

}  // namespace

std::string host_name(std::string_view host_header)
{
    auto text = trim(host_header);
    if (text.starts_with('['))
        return to_lower(text.substr(1, text.find(']') - 1));
    return to_lower(text.substr(0, text.find(':')));
}

std::string cloud_box_id(std::string_view host_header)
{
    auto const host = host_name(host_header);
    auto const prefix = cloud_prefix(host);
    if (!prefix)
        return {};
    auto labels = labels_of(*prefix);
    if (labels.size() == 4)
        labels.erase(labels.begin());  // the bucket's
    return is_cloud_box(labels) ? std::string(labels[0]) : std::string();
}

oss_result<oss_location> locate(
    std::string_view host_header, std::string_view path, std::map<std::string, std::string> const& custom_domains)
{
    if (!path.starts_with('/'))
        return invalid_argument("The request target has to begin with a slash.", "path", path);
    path.remove_prefix(1);

    auto const host = host_name(host_header);
    if (auto const bound = custom_domains.find(host); bound != custom_domains.end())
        return oss_location{bound->second, std::string(path)};
    if (is_local(host))
        return split_path(path);
    if (is_cloud_endpoint(host))
    {
        if (path.empty())
            return oss_location{.region = region_of_endpoint(host)};
        return oss_error{.status = 403,
            .code = "SecondLevelDomainForbidden",
            .message = "The bucket you are attempting to access must be addressed using OSS third level domain.",
            .details = {{"BucketName", split_path(path).bucket}}};
    }

    auto const dot = host.find('.');
    auto const rest = dot == std::string::npos ? std::string_view{} : std::string_view(host).substr(dot + 1);
    if (is_local(rest) || is_cloud_endpoint(rest) || is_region_host(rest))
        return oss_location{host.substr(0, dot), std::string(path), region_of_endpoint(host)};
    return no_such_bucket(host);
}

}  // namespace sluice::emulator
