#include "cloud/ec2_api.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "cloud/ec2_filter.hpp"

namespace splitscope::cloud {

using wire::xml_escaped;

namespace {

constexpr std::uint32_t PageSizeMin = 5;
constexpr std::uint32_t PageSizeMax = 1000;
constexpr std::string_view PagePrefix = "page-";

std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string group_set(const Instance& instance) {
  std::string text = "<groupSet>";
  for (const std::string& group : instance.spec.security_groups) {
    const std::string name = xml_escaped(group);
    text +=
        fmt::format("<item><groupId>sg-{}</groupId><groupName>{}</groupName></item>", name, name);
  }
  return text + "</groupSet>";
}

std::string tag_set(const ListedInstance& listed) {
  std::string text = "<tagSet>";
  if (listed.has_tags) {
    for (const auto& [key, value] : listed.instance->spec.tags) {
      text += fmt::format("<item><key>{}</key><value>{}</value></item>", xml_escaped(key),
                          xml_escaped(value));
    }
  }
  return text + "</tagSet>";
}

std::string private_name(base::Ipv4 address) {
  std::string text = base::to_text(address);
  std::replace(text.begin(), text.end(), '.', '-');
  return fmt::format("ip-{}.ec2.internal", text);
}

// A terminated instance has lost its place in the network.
std::string network_part(const ListedInstance& listed) {
  if (listed.state == InstanceState::Terminated) return "<groupSet></groupSet>";
  return fmt::format(
      "<subnetId>{}</subnetId><vpcId>{}</vpcId><privateIpAddress>{}</privateIpAddress>{}", SubnetId,
      VpcId, base::to_text(listed.instance->spec.address), group_set(*listed.instance));
}

std::string reservation(const ListedInstance& listed) {
  const Instance& instance = *listed.instance;
  const bool is_gone = listed.state == InstanceState::Terminated;
  const std::string name = is_gone ? "" : private_name(instance.spec.address);
  return fmt::format(
      "<item><reservationId>r-{:017x}</reservationId><ownerId>{}</ownerId><groupSet/>"
      "<instancesSet><item><instanceId>{}</instanceId><imageId>ami-0123456789abcdef0</imageId>"
      "<instanceState><code>{}</code><name>{}</name></instanceState>"
      "<privateDnsName>{}</privateDnsName><dnsName/><reason/><amiLaunchIndex>0</amiLaunchIndex>"
      "<productCodes/><instanceType>t3.micro</instanceType>"
      "<launchTime>2026-01-01T00:00:00.000Z</launchTime><placement>"
      "<availabilityZone>{}</availabilityZone><groupName/><tenancy>default</tenancy></placement>"
      "<monitoring><state>disabled</state></monitoring>{}<architecture>x86_64</architecture>"
      "<rootDeviceType>ebs</rootDeviceType>{}</item></instancesSet></item>",
      instance.number, AccountId, instance.id(), static_cast<unsigned>(listed.state),
      to_text(listed.state), name, xml_escaped(instance.spec.zone), network_part(listed),
      tag_set(listed));
}

std::string document(std::string_view action, const Ec2Parameters& parameters,
                     std::string_view request_id, std::string_view content) {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{}Response "
      "xmlns=\"http://ec2.amazonaws.com/doc/{}/\"><requestId>{}</requestId>{}</{}Response>",
      action, xml_escaped(parameters.text("Version")), request_id, content, action);
}

ListingResult refuse(std::string_view code, std::string_view message, std::string_view id) {
  return {ec2_error(400, code, message, id), false};
}

std::vector<std::string> instance_ids(const Ec2Parameters& parameters) {
  std::vector<std::string> ids;
  for (const auto& [name, value] : parameters.pairs) {
    if (name.starts_with("InstanceId.") && ids.size() < PageSizeMax) ids.push_back(value);
  }
  return ids;
}

// Where a page begins and how long it is; the error is what the caller gets.
struct Page {
  std::size_t first = 0;
  std::size_t size = 0;  // 0: all
};
std::expected<Page, ListingResult> page_of(const Ec2Parameters& parameters,
                                           const ListingChange& change, std::string_view id) {
  Page page;
  if (parameters.has("MaxResults")) {
    const auto size = number_of(parameters.text("MaxResults"));
    if (!size || *size < PageSizeMin || *size > PageSizeMax) {
      return std::unexpected(refuse("InvalidParameterValue",
                                    "Value for parameter maxResults must be between 5 and 1000",
                                    id));
    }
    page.size = *size;
  }
  const std::string token = parameters.text("NextToken");
  if (token.empty()) return page;
  const auto first = token.starts_with(PagePrefix)
                         ? number_of(std::string_view(token).substr(PagePrefix.size()))
                         : std::nullopt;
  if (!first || change.loses_page) {
    ListingResult lost = refuse("InvalidNextToken", "The token provided is not valid", id);
    lost.is_changed = first.has_value();
    return std::unexpected(lost);
  }
  page.first = *first;
  return page;
}

}  // namespace

std::string Ec2Parameters::text(std::string_view name) const {
  for (const auto& [key, value] : pairs) {
    if (key == name) return value;
  }
  return {};
}

bool is_whole_listing(const Ec2Parameters& parameters) {
  return std::none_of(parameters.pairs.begin(), parameters.pairs.end(), [](const auto& pair) {
    return pair.first.starts_with("Filter.") || pair.first == "MaxResults" ||
           pair.first.starts_with("InstanceId.");
  });
}

ListingResult describe_instances(const Ec2Parameters& parameters,
                                 std::span<const ListedInstance> listed,
                                 const ListingChange& change, std::string_view id) {
  const std::vector<Ec2Filter> filters = read_filters(parameters.pairs);
  if (const std::string unknown = unknown_filter(filters); !unknown.empty()) {
    return refuse("InvalidParameterValue", fmt::format("The filter '{}' is invalid", unknown), id);
  }
  const std::vector<std::string> ids = instance_ids(parameters);
  if (!ids.empty() && parameters.has("MaxResults")) {
    return refuse("InvalidParameterCombination",
                  "The parameter instancesSet cannot be used with the parameter maxResults", id);
  }
  for (const std::string& wanted : ids) {
    const bool exists = std::any_of(listed.begin(), listed.end(), [&](const ListedInstance& one) {
      return one.instance->id() == wanted;
    });
    if (!exists) {
      return refuse("InvalidInstanceID.NotFound",
                    fmt::format("The instance ID '{}' does not exist", wanted), id);
    }
  }
  const auto page = page_of(parameters, change, id);
  if (!page) return page.error();

  std::vector<const ListedInstance*> found;
  for (const ListedInstance& one : listed) {
    const bool is_asked =
        ids.empty() || std::find(ids.begin(), ids.end(), one.instance->id()) != ids.end();
    if (is_asked && matches(filters, one)) found.push_back(&one);
  }
  ListingResult result;
  const std::size_t all = found.size();
  if (change.is_empty) found.clear();
  if (change.count_max != 0 && found.size() > change.count_max) found.resize(change.count_max);
  result.is_changed = found.size() != all;
  const std::size_t first = std::min(page->first, found.size());
  const std::size_t last =
      page->size == 0 ? found.size() : std::min(first + page->size, found.size());
  std::string content = "<reservationSet>";
  for (std::size_t i = first; i < last; ++i) content += reservation(*found[i]);
  content += "</reservationSet>";
  if (last < found.size()) content += fmt::format("<nextToken>{}{}</nextToken>", PagePrefix, last);
  result.response = ec2_answer(document("DescribeInstances", parameters, id, content), id);
  return result;
}

ListingResult describe_network_interfaces(const Ec2Parameters& parameters,
                                          std::span<const base::Ipv4> addresses,
                                          const ListingChange& change, std::string_view id) {
  const std::vector<Ec2Filter> filters = read_filters(parameters.pairs);
  for (const Ec2Filter& filter : filters) {
    if (filter.name == "addresses.private-ip-address") continue;
    return refuse("InvalidParameterValue", fmt::format("The filter '{}' is invalid", filter.name),
                  id);
  }
  ListingResult result;
  std::string content = "<networkInterfaceSet>";
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const std::string address = base::to_text(addresses[i]);
    const bool wanted =
        std::all_of(filters.begin(), filters.end(), [&address](const Ec2Filter& filter) {
          return std::any_of(filter.values.begin(), filter.values.end(),
                             [&](const auto& value) { return matches_wildcards(address, value); });
        });
    if (!wanted) continue;
    if (change.is_empty) {
      result.is_changed = true;
      continue;
    }
    content += fmt::format(
        "<item><networkInterfaceId>eni-{:017x}</networkInterfaceId><status>in-use</status>"
        "<privateIpAddress>{}</privateIpAddress></item>",
        i, address);
  }
  content += "</networkInterfaceSet>";
  result.response = ec2_answer(document("DescribeNetworkInterfaces", parameters, id, content), id);
  return result;
}

}  // namespace splitscope::cloud
