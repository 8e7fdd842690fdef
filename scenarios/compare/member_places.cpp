#include "scenarios/compare/member_places.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "engine/base/assert.hpp"

namespace splitscope::scenarios {

namespace {

constexpr std::uint32_t HostsInNet = 254;
constexpr base::Ipv4 DefaultNet = base::ipv4(10, 77, 0, 0);

// The /24 of the first dotted address that could be a member's; else one made up.
base::Ipv4 net_of(const std::vector<ListedMember>& listed, const schemes::ClusterConfig& config) {
  const auto net = [](const std::string& host) -> std::optional<base::Ipv4> {
    const auto address = base::parse_ipv4(host);
    if (!address.has_value() || address->is_loopback() || address->is_multicast()) return {};
    return base::Ipv4{address->value & 0xffff'ff00};
  };
  for (const ListedMember& member : listed) {
    if (const auto found = net(member.host)) return *found;
  }
  for (const schemes::MemberConfig& node : config.nodes) {
    if (const auto found = net(node.host)) return *found;
  }
  return DefaultNet;
}

// Hands out addresses that nobody has yet: from .11 of the net upwards, then in the nets after it.
class FreeAddresses {
 public:
  FreeAddresses(base::Ipv4 net, std::set<base::Ipv4> taken) : net_(net), taken_(std::move(taken)) {}
  base::Ipv4 take() {
    while (!taken_.insert(at(next_)).second) ++next_;
    return at(next_++);
  }

 private:
  base::Ipv4 at(std::uint32_t index) const {
    return base::Ipv4{net_.value + (index / HostsInNet) * 256 + 1 + (10 + index) % HostsInNet};
  }

  base::Ipv4 net_;
  std::set<base::Ipv4> taken_;
  std::uint32_t next_ = 0;
};

bool is_listed(const std::vector<ListedMember>& places, const schemes::MemberConfig& node) {
  return std::ranges::any_of(places,
                             [&](const ListedMember& place) { return place.host == node.host; });
}

// The members whose place is known: those listed, then the nodes whose own files name a host.
std::vector<ListedMember> known_places(const std::vector<ListedMember>& listed,
                                       const schemes::ClusterConfig& config, MemberPlaces& result) {
  std::vector<ListedMember> places;
  for (const ListedMember& member : listed) {
    const bool is_again = std::ranges::any_of(
        places, [&](const ListedMember& place) { return place.host == member.host; });
    // Two entries of one host differ by port: two members there, each with an address of its own
    // would change what the list means.
    if (is_again) {
      result.notes.push_back(
          fmt::format("The list names {} more than once, with other ports; one "
                      "member is put there.",
                      member.host));
      continue;
    }
    if (is_loopback_host(member.host)) {
      result.notes.push_back(
          fmt::format("{} in the list is each member itself; no other member is "
                      "found by it.",
                      member.host));
      continue;
    }
    places.push_back(member);
  }
  for (const schemes::MemberConfig& node : config.nodes) {
    if (node.host.empty() || is_loopback_host(node.host) || is_listed(places, node)) continue;
    places.push_back({node.host, node.port});
  }
  return places;
}

}  // namespace

MemberPlaces place_members(const std::vector<ListedMember>& listed,
                           const schemes::ClusterConfig& config, std::uint32_t members,
                           std::uint32_t spares) {
  SPLITSCOPE_ASSERT(members + spares <= 240);
  MemberPlaces result;
  std::vector<ListedMember> places = known_places(listed, config, result);
  if (places.size() > members) {
    result.notes.push_back(fmt::format(
        "{} addresses are known, but the cluster has {} members: nobody is at the others.",
        places.size(), members));
    places.resize(members);
  }
  std::set<base::Ipv4> taken;
  // Every listed address is taken, so that no other member or newcomer comes to be at one by
  // chance.
  for (const ListedMember& member : listed) {
    if (const auto address = base::parse_ipv4(member.host)) taken.insert(*address);
  }
  for (const ListedMember& place : places) {
    if (const auto address = base::parse_ipv4(place.host)) taken.insert(*address);
  }
  FreeAddresses free(net_of(listed, config), std::move(taken));
  for (std::uint32_t index = 0; index < members + spares; ++index) {
    const bool is_known = index < places.size();
    const auto address = is_known ? base::parse_ipv4(places[index].host)
                                  : base::Result<base::Ipv4>(base::failure(""));
    const bool is_name = is_known && !address.has_value();
    result.addresses.push_back(address.has_value() ? *address : free.take());
    result.host_names.push_back(is_name ? places[index].host : "");
    result.ports.push_back(is_known ? places[index].port : std::uint16_t{0});
  }
  return result;
}

}  // namespace splitscope::scenarios
