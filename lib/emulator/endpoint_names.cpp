#include "emulator/endpoint_names.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace sluice::emulator
{

namespace
{

// Regions that have the product (vendor CLI metadata, product ICE).
constexpr std::array<std::string_view, 6> ims_regions = {
    "cn-shanghai", "cn-beijing", "cn-shenzhen", "cn-hangzhou", "ap-southeast-1", "us-west-1"};

// Regions of OSS (vendor documentation, "Regions and endpoints"), closed ones that old clients still name included.
constexpr std::array<std::string_view, 40> oss_regions = {"cn-hangzhou", "cn-shanghai", "cn-nanjing", "cn-fuzhou",
    "cn-wuhan", "cn-qingdao", "cn-beijing", "cn-zhangjiakou", "cn-huhehaote", "cn-wulanchabu", "cn-shenzhen",
    "cn-heyuan", "cn-guangzhou", "cn-chengdu", "cn-hongkong", "cn-zhengzhou-jva", "cn-wuhan-lr", "cn-heyuan-acdr-1",
    "cn-hangzhou-finance", "cn-shanghai-finance-1", "cn-shenzhen-finance-1", "cn-beijing-finance-1", "cn-north-2-gov-1",
    "rg-china-mainland", "us-west-1", "us-east-1", "na-south-1", "ap-northeast-1", "ap-northeast-2", "ap-southeast-1",
    "ap-southeast-2", "ap-southeast-3", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ap-south-1",
    "eu-central-1", "eu-west-1", "me-east-1", "me-central-1"};

void append_with_bucket_label(std::vector<std::string>& names, std::string const& host)
{
    names.push_back(host);
    names.push_back("*." + host);
}

void append_ims_names(std::vector<std::string>& names, std::string const& region)
{
    names.push_back("ice." + region + ".aliyuncs.com");
    names.push_back("ice-vpc." + region + ".aliyuncs.com");
}

void append_oss_names(std::vector<std::string>& names, std::string const& region)
{
    append_with_bucket_label(names, "oss-" + region + ".aliyuncs.com");
    append_with_bucket_label(names, "oss-" + region + "-internal.aliyuncs.com");
    append_with_bucket_label(names, region + ".oss.aliyuncs.com");
    append_with_bucket_label(names, "vpc100-oss-" + region + ".aliyuncs.com");
}

bool is_oss_label(std::string_view label)
{
    return label == "oss" || label.starts_with("oss-") || label.starts_with("vpc100-oss-");
}

// The labels of a host, its last two ("aliyuncs.com") left out; empty for any other host.
std::vector<std::string_view> labels_before_vendor_domain(std::string_view host)
{
    constexpr std::string_view domain = ".aliyuncs.com";
    std::vector<std::string_view> labels;
    if (!host.ends_with(domain))
        return labels;
    host.remove_suffix(domain.size());
    for (;;)
    {
        auto const dot = host.find('.');
        labels.push_back(host.substr(0, dot));
        if (dot == std::string_view::npos)
            return labels;
        host.remove_prefix(dot + 1);
    }
}

}  // namespace

std::string host_of_authority(std::string_view authority)
{
    auto host = trim(authority);
    if (host.starts_with('['))
        host = host.substr(1, host.find(']') - 1);
    else
        host = host.substr(0, host.find(':'));
    return to_lower(host);
}

std::optional<service_kind> service_of_host(std::string_view authority)
{
    auto const host = host_of_authority(authority);
    auto const labels = labels_before_vendor_domain(host);
    if (labels.empty())
        return std::nullopt;
    // A bucket may be called "ice": what follows decides first.
    if (std::ranges::any_of(labels, is_oss_label))
        return service_kind::oss;
    if (labels.front() == "ice" || labels.front() == "ice-vpc")
        return service_kind::ims;
    return std::nullopt;
}

std::vector<std::string> vendor_host_names(std::string_view region)
{
    std::vector<std::string> names{"ice.aliyuncs.com"};
    for (auto const name : ims_regions)
        append_ims_names(names, std::string(name));
    for (auto const name : oss_regions)
        append_oss_names(names, std::string(name));
    append_with_bucket_label(names, "oss-accelerate.aliyuncs.com");
    append_with_bucket_label(names, "oss-accelerate-overseas.aliyuncs.com");
    if (std::ranges::find(ims_regions, region) == ims_regions.end())
        append_ims_names(names, std::string(region));
    if (std::ranges::find(oss_regions, region) == oss_regions.end())
        append_oss_names(names, std::string(region));
    return names;
}

}  // namespace sluice::emulator
