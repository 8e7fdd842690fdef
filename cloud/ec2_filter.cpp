#include "cloud/ec2_filter.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "cloud/ec2_api.hpp"

namespace splitscope::cloud {
namespace {

constexpr std::string_view TagPrefix = "tag:";
constexpr std::array<std::string_view, 11> Known{"tag-key",
                                                 "tag-value",
                                                 "instance-state-name",
                                                 "instance-state-code",
                                                 "instance.group-name",
                                                 "instance.group-id",
                                                 "private-ip-address",
                                                 "availability-zone",
                                                 "instance-id",
                                                 "vpc-id",
                                                 "subnet-id"};

// "Filter.12.Value.3" -> 12 and "Value.3"; 0 if it is none.
std::uint32_t filter_number(std::string_view name, std::string_view& rest) {
  constexpr std::string_view Prefix = "Filter.";
  if (!name.starts_with(Prefix)) return 0;
  name.remove_prefix(Prefix.size());
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc{} || end == name.data() + name.size() || *end != '.') return 0;
  rest = name.substr(static_cast<std::size_t>(end - name.data()) + 1);
  return number;
}

// What the instance has under a filter's name.
std::vector<std::string> values_of(std::string_view name, const ListedInstance& listed) {
  const InstanceSpec& spec = listed.instance->spec;
  const bool is_gone = listed.state == InstanceState::Terminated;
  std::vector<std::string> values;
  if (name.starts_with(TagPrefix) || name == "tag-key" || name == "tag-value") {
    if (!listed.has_tags) return values;
    for (const auto& [key, value] : spec.tags) {
      if (name == "tag-key") values.push_back(key);
      if (name == "tag-value") values.push_back(value);
      if (name.starts_with(TagPrefix) && name.substr(TagPrefix.size()) == key) {
        values.push_back(value);
      }
    }
    return values;
  }
  if (name == "instance-id") return {listed.instance->id()};
  if (name == "availability-zone") return {spec.zone};
  if (name == "instance-state-name") return {std::string(to_text(listed.state))};
  if (name == "instance-state-code") {
    return {fmt::format("{}", static_cast<unsigned>(listed.state))};
  }
  if (is_gone) return values;
  if (name == "private-ip-address") return {base::to_text(spec.address)};
  if (name == "vpc-id") return {std::string(VpcId)};
  if (name == "subnet-id") return {std::string(SubnetId)};
  if (name == "instance.group-name") return spec.security_groups;
  if (name == "instance.group-id") {
    for (const std::string& group : spec.security_groups) values.push_back("sg-" + group);
  }
  return values;
}

bool matches_one(const Ec2Filter& filter, const ListedInstance& listed) {
  const std::vector<std::string> values = values_of(filter.name, listed);
  return std::any_of(values.begin(), values.end(), [&filter](const std::string& value) {
    return std::any_of(
        filter.values.begin(), filter.values.end(),
        [&value](const std::string& pattern) { return matches_wildcards(value, pattern); });
  });
}

}  // namespace

std::vector<Ec2Filter> read_filters(std::span<const wire::QueryPair> parameters) {
  std::map<std::uint32_t, Ec2Filter> numbered;
  for (const auto& [name, value] : parameters) {
    std::string_view rest;
    const std::uint32_t number = filter_number(name, rest);
    if (number == 0) continue;
    if (!numbered.contains(number) && numbered.size() >= FiltersMax) continue;
    Ec2Filter& filter = numbered[number];
    if (rest == "Name") filter.name = value;
    if (rest.starts_with("Value.") && filter.values.size() < FilterValuesMax) {
      filter.values.push_back(value);
    }
  }
  std::vector<Ec2Filter> filters;
  for (auto& [number, filter] : numbered) filters.push_back(std::move(filter));
  return filters;
}

std::string unknown_filter(std::span<const Ec2Filter> filters) {
  for (const Ec2Filter& filter : filters) {
    const bool is_known = filter.name.starts_with(TagPrefix) ||
                          std::find(Known.begin(), Known.end(), filter.name) != Known.end();
    if (!is_known) return filter.name.empty() ? "(none)" : filter.name;
  }
  return {};
}

bool matches(std::span<const Ec2Filter> filters, const ListedInstance& listed) {
  return std::all_of(filters.begin(), filters.end(),
                     [&listed](const Ec2Filter& filter) { return matches_one(filter, listed); });
}

// Linear in text times stars: after a mismatch only the last star takes one more character.
bool matches_wildcards(std::string_view text, std::string_view pattern) {
  std::size_t at = 0;
  std::size_t in_pattern = 0;
  std::size_t star = pattern.npos;
  std::size_t star_text = 0;
  while (at < text.size()) {
    const bool is_left = in_pattern < pattern.size();
    if (is_left && pattern[in_pattern] == '*') {
      star = in_pattern++;
      star_text = at;
      continue;
    }
    const bool is_escape =
        is_left && pattern[in_pattern] == '\\' && in_pattern + 1 < pattern.size();
    const std::size_t literal = in_pattern + (is_escape ? 1 : 0);
    const bool is_any = is_left && !is_escape && pattern[in_pattern] == '?';
    if (is_left && (is_any || pattern[literal] == text[at])) {
      in_pattern = literal + 1;
      ++at;
      continue;
    }
    if (star == pattern.npos) return false;
    in_pattern = star + 1;
    at = ++star_text;
  }
  while (in_pattern < pattern.size() && pattern[in_pattern] == '*') ++in_pattern;
  return in_pattern == pattern.size();
}

}  // namespace splitscope::cloud
