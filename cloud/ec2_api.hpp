// EC2's query API as far as clustering clients use it: DescribeInstances and
// DescribeNetworkInterfaces. Pure: parameters and what is listed in, XML out, in the shape that was
// recorded.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/call.hpp"
#include "cloud/listing.hpp"

namespace splitscope::cloud {

inline constexpr std::string_view AccountId = "123456789012";
inline constexpr std::string_view VpcId = "vpc-0a";
inline constexpr std::string_view SubnetId = "subnet-0a";

// The parameters of one call, decoded.
struct Ec2Parameters {
  std::vector<wire::QueryPair> pairs;
  std::string text(std::string_view name) const;
  bool has(std::string_view name) const { return !text(name).empty(); }
};

// What faults make of a listing.
struct ListingChange {
  bool is_empty = false;
  bool loses_page = false;
  std::size_t count_max = 0;  // 0: no limit
};
// Whether the change made a difference.
struct ListingResult {
  env::HttpResponse response;
  bool is_changed = false;
};

// A listing of all, in one page: it draws on a smaller bucket.
bool is_whole_listing(const Ec2Parameters& parameters);

ListingResult describe_instances(const Ec2Parameters& parameters,
                                 std::span<const ListedInstance> listed,
                                 const ListingChange& change, std::string_view request_id);
// Every address of instances and tasks that run has an interface.
ListingResult describe_network_interfaces(const Ec2Parameters& parameters,
                                          std::span<const base::Ipv4> addresses,
                                          const ListingChange& change, std::string_view request_id);

}  // namespace splitscope::cloud
