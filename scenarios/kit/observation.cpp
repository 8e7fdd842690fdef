#include "scenarios/kit/observation.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/assert.hpp"

namespace splitscope::scenarios {

MemberState& Observation::add(MemberState state) {
  const std::size_t old_count = members_.size();
  const std::size_t count = old_count + 1;
  SPLITSCOPE_ASSERT(state.node.value == old_count);
  cluster_count_ = std::max(cluster_count_, state.cluster + 1);
  members_.push_back(std::move(state));
  if (blocks_.empty()) return members_.back();
  std::vector<std::uint16_t> grown(count * count, 0);
  for (std::size_t from = 0; from < old_count; ++from) {
    for (std::size_t to = 0; to < old_count; ++to) {
      grown[from * count + to] = blocks_[from * old_count + to];
    }
  }
  blocks_ = std::move(grown);
  return members_.back();
}

bool Observation::passes(base::NodeId from, base::NodeId to) const {
  return block_count_ == 0 || from == to || blocks_[from.value * members_.size() + to.value] == 0;
}

void Observation::block(base::NodeId from, base::NodeId to) {
  if (blocks_.empty()) blocks_.resize(members_.size() * members_.size());
  ++blocks_[from.value * members_.size() + to.value];
  ++block_count_;
}

void Observation::unblock(base::NodeId from, base::NodeId to) {
  SPLITSCOPE_ASSERT(block_count_ > 0);
  std::uint16_t& blocks = blocks_[from.value * members_.size() + to.value];
  SPLITSCOPE_ASSERT(blocks > 0);
  --blocks;
  --block_count_;
}

std::vector<Members> Observation::components(std::uint32_t cluster) const {
  std::vector<Members> result;
  if (block_count_ == 0) {
    Members all;
    for (const MemberState& member : members_) {
      if (member.cluster == cluster && member.is_live()) all.push_back(member.node);
    }
    if (!all.empty()) result.push_back(std::move(all));
    return result;
  }
  std::vector<bool> taken(members_.size(), false);
  for (const MemberState& seed : members_) {
    if (seed.cluster != cluster || !seed.is_live() || taken[seed.node.value]) continue;
    Members component{seed.node};
    taken[seed.node.value] = true;
    for (std::size_t at = 0; at < component.size(); ++at) {
      for (const MemberState& other : members_) {
        if (other.cluster != cluster || !other.is_live() || taken[other.node.value]) continue;
        if (!exchange(component[at], other.node)) continue;
        taken[other.node.value] = true;
        component.push_back(other.node);
      }
    }
    std::sort(component.begin(), component.end());
    result.push_back(std::move(component));
  }
  return result;
}

bool Observation::agreed(const Members& group) const {
  const MemberState* first = nullptr;
  std::size_t live = 0;
  for (const base::NodeId node : group) {
    const MemberState& member = at(node);
    if (member.start_pending) return false;
    if (!member.is_live()) continue;
    ++live;
    if (!member.joined) return false;
    if (first == nullptr) first = &member;
    if (member.view != first->view) return false;
  }
  if (first == nullptr || first->view.size() != live) return false;
  return std::all_of(group.begin(), group.end(), [&](base::NodeId node) {
    const MemberState& member = at(node);
    return !member.is_live() ||
           std::any_of(first->view.begin(), first->view.end(),
                       [&](const ViewEntry& entry) { return entry.uuid == member.uuid; });
  });
}

std::uint32_t Observation::masters(std::uint32_t cluster) const {
  return static_cast<std::uint32_t>(
      std::count_if(members_.begin(), members_.end(), [cluster](const MemberState& member) {
        return member.cluster == cluster && member.is_live() && member.is_master();
      }));
}

std::uint32_t Observation::islands(std::uint32_t cluster) const {
  std::vector<base::Uuid> masters;
  for (const MemberState& member : members_) {
    if (member.cluster != cluster || !member.is_live() || !member.joined) continue;
    if (!member.view.empty()) masters.push_back(member.view.front().uuid);
  }
  std::sort(masters.begin(), masters.end());
  return static_cast<std::uint32_t>(std::unique(masters.begin(), masters.end()) - masters.begin());
}

base::NodeId Observation::node_of(const base::Uuid& uuid) const {
  for (const MemberState& member : members_) {
    if (member.process_running && member.uuid == uuid) return member.node;
  }
  return base::NoNode;
}

Members Observation::cluster_members(std::uint32_t cluster) const {
  Members result;
  for (const MemberState& member : members_) {
    if (member.cluster == cluster) result.push_back(member.node);
  }
  return result;
}

std::string describe(const Observation& observation, const MemberState& member) {
  if (!member.host_on) return member.name + "'s host is off";
  if (!member.process_running) return member.name + " is not running";
  if (member.paused) return member.name + " is paused";
  if (!member.joined) return member.name + " has not joined";
  std::string list;
  for (const ViewEntry& entry : member.view) {
    if (!list.empty()) list += " > ";
    const base::NodeId node = observation.node_of(entry.uuid);
    list += node == base::NoNode ? base::to_text(entry.endpoint) : observation.at(node).name;
  }
  return fmt::format("{} sees {} (version {})", member.name, list, member.view_version);
}

}  // namespace splitscope::scenarios
