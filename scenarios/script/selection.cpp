#include "scenarios/script/selection.hpp"

#include <algorithm>
#include <map>

namespace splitscope::scenarios {
namespace {

// The member whose view stands for the largest group: most live members follow its master. The
// master's own view goes first, since the others may be behind it; of equal groups the one with the
// first member. Null if nobody has joined.
const MemberState* largest_group(const Observation& observation, const Members& live) {
  std::map<base::Uuid, std::uint32_t> followers;
  for (const base::NodeId node : live) {
    const MemberState& member = observation.at(node);
    if (member.joined && !member.view.empty()) ++followers[member.view.front().uuid];
  }
  const MemberState* best = nullptr;
  std::uint32_t most = 0;
  for (const base::NodeId node : live) {
    const MemberState& member = observation.at(node);
    if (!member.joined || member.view.empty()) continue;
    const base::Uuid& master = member.view.front().uuid;
    const std::uint32_t count = followers[master];
    const bool is_its_master =
        best != nullptr && member.is_master() && best->view.front().uuid == master;
    if (count > most || is_its_master) {
      best = &member;
      most = count;
    }
  }
  return best;
}

}  // namespace

Members live_members(const World& world, ClusterId id) {
  Members members;
  for (const base::NodeId node : world.observation().cluster_members(id.value)) {
    if (world.observation().at(node).is_live()) members.push_back(node);
  }
  return members;
}

std::vector<base::NodeId> members_by_age(const World& world, ClusterId id) {
  const Observation& observation = world.observation();
  const Members live = live_members(world, id);
  std::vector<base::NodeId> order;
  const auto add = [&order](base::NodeId node) {
    if (std::find(order.begin(), order.end(), node) == order.end()) order.push_back(node);
  };
  if (const MemberState* member = largest_group(observation, live)) {
    for (const ViewEntry& entry : member->view) {
      const base::NodeId node = observation.node_of(entry.uuid);
      if (node != base::NoNode) add(node);
    }
  }
  for (const base::NodeId node : live) add(node);
  return order;
}

Members drawn(base::Prng& random, Members from, std::size_t count) {
  Members picked;
  while (picked.size() < count && !from.empty()) {
    const auto index = static_cast<std::size_t>(random.below(from.size()));
    picked.push_back(from[index]);
    from.erase(from.begin() + static_cast<std::ptrdiff_t>(index));
  }
  std::sort(picked.begin(), picked.end());
  return picked;
}

}  // namespace splitscope::scenarios
