#include "schemes/membership/merge_decision.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "schemes/membership/claim_rules.hpp"

namespace splitscope::schemes {

using base::Endpoint;

namespace {

bool lists(const SplitBrainCheck& cluster, const Endpoint& endpoint) {
  return std::find(cluster.members.begin(), cluster.members.end(), endpoint) !=
         cluster.members.end();
}

bool same_minor(const Version& a, const Version& b) {
  return a.major == b.major && a.minor == b.minor;
}

}  // namespace

std::string_view to_text(MergeDecision decision) {
  switch (decision) {
    case MergeDecision::LocalShouldMerge:
      return "local should merge";
    case MergeDecision::RemoteShouldMerge:
      return "remote should merge";
    case MergeDecision::OtherClusterName:
      return "other cluster name";
    case MergeDecision::OtherJoiner:
      return "other joiner";
    case MergeDecision::OtherVersion:
      return "other version";
    case MergeDecision::AlreadyMember:
      return "already a member";
    case MergeDecision::MembersShared:
      return "members shared";
    case MergeDecision::SameMaster:
      return "same master";
  }
  return "unknown";
}

std::string merge_text(const Endpoint& endpoint) {
  return fmt::format("[{}]:{}", base::to_text(endpoint.address), endpoint.port);
}

bool gives_way(const Endpoint& local, const Endpoint& remote, TieBreak tie_break) {
  if (tie_break == TieBreak::GreaterHash) {
    const std::int32_t local_hash = address_hash(local);
    const std::int32_t remote_hash = address_hash(remote);
    if (local_hash != remote_hash) return local_hash > remote_hash;
  }
  return merge_text(local) > merge_text(remote);
}

std::vector<Endpoint> shared_members(const SplitBrainCheck& local, const SplitBrainCheck& remote) {
  std::vector<Endpoint> sorted = remote.members;
  std::sort(sorted.begin(), sorted.end());
  std::vector<Endpoint> shared;
  for (const Endpoint& member : local.members) {
    if (std::binary_search(sorted.begin(), sorted.end(), member)) shared.push_back(member);
  }
  return shared;
}

MergeDecision decide_merge(const SplitBrainCheck& local, const SplitBrainCheck& remote,
                           const Behaviour& behaviour) {
  const Endpoint& local_master = local.from.endpoint;
  const Endpoint& remote_master = remote.from.endpoint;
  if (local_master == remote_master) return MergeDecision::SameMaster;
  if (local.from.cluster_name != remote.from.cluster_name) return MergeDecision::OtherClusterName;
  if (local.from.joiner != remote.from.joiner) return MergeDecision::OtherJoiner;
  if (behaviour.checks_cluster_version && !same_minor(local.from.version, remote.from.version)) {
    return MergeDecision::OtherVersion;
  }
  if (lists(local, remote_master)) return MergeDecision::AlreadyMember;
  if (lists(remote, local_master) || !shared_members(local, remote).empty()) {
    return MergeDecision::MembersShared;
  }
  if (local.data_member_count != remote.data_member_count) {
    return local.data_member_count < remote.data_member_count ? MergeDecision::LocalShouldMerge
                                                              : MergeDecision::RemoteShouldMerge;
  }
  return gives_way(local_master, remote_master, behaviour.tie_break)
             ? MergeDecision::LocalShouldMerge
             : MergeDecision::RemoteShouldMerge;
}

}  // namespace splitscope::schemes
