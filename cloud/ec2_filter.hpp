// Filters of EC2's Describe calls: AND between filters, OR between the values of one, names and
// values compared as they are, "*" and "?" in values. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cloud/listing.hpp"
#include "engine/wire/escaping.hpp"

namespace splitscope::cloud {

struct Ec2Filter {
  std::string name;
  std::vector<std::string> values;
  friend bool operator==(const Ec2Filter&, const Ec2Filter&) = default;
};

inline constexpr std::size_t FiltersMax = 200;
inline constexpr std::size_t FilterValuesMax = 200;

// From "Filter.1.Name" and so on, in the order of their numbers; what is no filter is skipped.
// Beyond the maxima the rest is dropped.
std::vector<Ec2Filter> read_filters(std::span<const wire::QueryPair> parameters);
// The name of the first filter that this model does not know; empty: all are known.
std::string unknown_filter(std::span<const Ec2Filter> filters);
bool matches(std::span<const Ec2Filter> filters, const ListedInstance& listed);
// `pattern` may hold "*" and "?"; a backslash takes the next character as it is.
bool matches_wildcards(std::string_view text, std::string_view pattern);

}  // namespace splitscope::cloud
