#include "scenarios/kit/invariants.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/prng.hpp"
#include "schemes/membership/profile.hpp"

namespace splitscope::scenarios {

using base::EventKind;

namespace {

// Two clusters that decide to merge into each other within one check interval would swap places.
constexpr base::Duration MutualMergeWindow = std::chrono::seconds{10};

std::uint64_t hash_of(const std::vector<ViewEntry>& view) {
  std::uint64_t hash = view.size();
  for (const ViewEntry& entry : view) {
    hash = base::mix(hash ^ entry.uuid.high);
    hash = base::mix(hash ^ entry.uuid.low);
  }
  return hash;
}

bool lists(const std::vector<ViewEntry>& view, const base::Uuid& uuid) {
  return std::any_of(view.begin(), view.end(),
                     [&](const ViewEntry& entry) { return entry.uuid == uuid; });
}

bool lists(const std::vector<ViewEntry>& view, const base::Endpoint& endpoint) {
  return std::any_of(view.begin(), view.end(),
                     [&](const ViewEntry& entry) { return entry.endpoint == endpoint; });
}

}  // namespace

void Invariants::report(std::string_view invariant, const Observation& observation,
                        base::NodeId node, std::string what) {
  if (violations_.size() >= ViolationsMax) return;
  violations_.push_back({invariant, observation.now(), node, std::move(what)});
}

void Invariants::on_view_changed(const Observation& observation, const MemberState& before,
                                 const MemberState& after) {
  if (!after.joined) return;
  view_since_[after.node] = observation.now();
  listed_.clear();
  for (const ViewEntry& entry : after.view) listed_.push_back(entry.uuid);
  std::sort(listed_.begin(), listed_.end());
  check_versions(observation, before, after);
  check_lists(observation, after);
  check_order(observation, before, after);
  check_returns(observation, before, after);
}

bool Invariants::is_listed(const base::Uuid& uuid) const {
  return std::binary_search(listed_.begin(), listed_.end(), uuid);
}

void Invariants::check_versions(const Observation& observation, const MemberState& before,
                                const MemberState& after) {
  if (!before.joined || before.uuid != after.uuid) return;
  if (after.view_version >= before.view_version) return;
  report("view versions never fall", observation, after.node,
         fmt::format("{} went from version {} to {}", after.name, before.view_version,
                     after.view_version));
}

void Invariants::check_lists(const Observation& observation, const MemberState& after) {
  if (after.view.empty()) return;
  const std::uint64_t hash = hash_of(after.view);
  const auto [entry, is_new] =
      lists_.try_emplace({after.view.front().uuid, after.view_version}, hash);
  if (is_new || entry->second == hash) return;
  report("equal master and version mean an equal list", observation, after.node,
         fmt::format("{} holds another list for version {} of master {}", after.name,
                     after.view_version, base::to_text(after.view.front().endpoint)));
}

// The list is in the order of joining: those who stay come first, as they stood, then newcomers.
void Invariants::check_order(const Observation& observation, const MemberState& before,
                             const MemberState& after) {
  if (!before.joined || before.uuid != after.uuid) return;
  auto place = after.view.begin();
  for (const ViewEntry& entry : before.view) {
    if (!is_listed(entry.uuid)) continue;
    const bool keeps_place = place != after.view.end() && place->uuid == entry.uuid;
    if (keeps_place) {
      ++place;
      continue;
    }
    return report(
        "members keep their order", observation, after.node,
        fmt::format("{} lists {} in another place", after.name, base::to_text(entry.endpoint)));
  }
}

// Within one life of the observer: what it dropped does not come back under the same uuid. One that
// was listed and dropped before it heard that it had joined may: it is still asking to be let in.
void Invariants::check_returns(const Observation& observation, const MemberState& before,
                               const MemberState& after) {
  if (!before.joined || before.uuid != after.uuid) return;
  std::set<base::Uuid>& dropped = dropped_[{after.node, after.uuid}];
  for (const ViewEntry& entry : before.view) {
    if (is_listed(entry.uuid)) continue;
    const base::NodeId owner = observation.node_of(entry.uuid);
    const bool is_still_joining = owner != base::NoNode && !observation.at(owner).joined;
    if (!is_still_joining) dropped.insert(entry.uuid);
  }
  if (dropped.empty()) return;
  for (const ViewEntry& entry : after.view) {
    if (!dropped.contains(entry.uuid)) continue;
    report("a removed uuid never returns", observation, after.node,
           fmt::format("{} lists {} again under its old uuid", after.name,
                       base::to_text(entry.endpoint)));
  }
}

bool Invariants::watches(EventKind kind) {
  switch (kind) {
    case EventKind::ListPublished:
    case EventKind::MergeStarted:
    case EventKind::MasterChanged:
    case EventKind::MemberSuspected:
    case EventKind::SuspicionCleared:
    case EventKind::ExplicitSuspicion:
      return true;
    default:
      return false;
  }
}

void Invariants::on_fact(const Observation& observation, const base::TraceEvent& fact) {
  if (fact.node == base::NoNode) return;
  check_told(observation, fact.time);
  switch (fact.kind) {
    case EventKind::ListPublished:
      return check_publisher(observation, fact);
    case EventKind::MergeStarted:
      check_shared_members(observation, fact);
      return check_mutual_merge(observation, fact);
    case EventKind::MasterChanged:
      return check_new_master(observation, fact);
    case EventKind::ExplicitSuspicion:
      return note_told(observation, fact);
    default:
      return note_suspicion(observation, fact);
  }
}

void Invariants::check_publisher(const Observation& observation, const base::TraceEvent& fact) {
  const MemberState& member = observation.at(fact.node);
  if (!member.joined || member.is_master()) return;
  report("only masters publish", observation, fact.node,
         fmt::format("{} published version {} but follows {}", member.name, fact.arguments[0],
                     base::to_text(member.view.front().endpoint)));
}

void Invariants::check_mutual_merge(const Observation& observation, const base::TraceEvent& fact) {
  const MemberState& member = observation.at(fact.node);
  const base::Endpoint target = base::unpack_endpoint(fact.arguments[0]);
  merging_[member.endpoint] = {target, fact.time};
  const auto other = merging_.find(target);
  if (other == merging_.end() || other->second.first != member.endpoint) return;
  if (fact.time - other->second.second > MutualMergeWindow) return;
  report("two clusters never each decide to merge into the other", observation, fact.node,
         fmt::format("{} and {} both gave way", base::to_text(member.endpoint),
                     base::to_text(target)));
}

// Judged only where the other list has stood as long as an answer may be under way, so that it is
// the list that the decision was made on.
void Invariants::check_shared_members(const Observation& observation,
                                      const base::TraceEvent& fact) {
  const MemberState& member = observation.at(fact.node);
  const base::Endpoint target = base::unpack_endpoint(fact.arguments[0]);
  if (!member.is_master()) return;
  for (const MemberState& other : observation.members()) {
    if (other.endpoint != target || !other.is_master()) continue;
    if (fact.time - view_since_[other.node] <= schemes::SplitBrainCheckWait) continue;
    for (const ViewEntry& entry : other.view) {
      if (!lists(member.view, entry.endpoint)) continue;
      return report("clusters that share a member do not merge", observation, fact.node,
                    fmt::format("{} gives way to {}, and both list {}", member.name, other.name,
                                base::to_text(entry.endpoint)));
    }
  }
}

// Whoever is taken for master has nobody before it whom the member trusts.
void Invariants::check_new_master(const Observation& observation, const base::TraceEvent& fact) {
  const MemberState& member = observation.at(fact.node);
  const base::Uuid master{fact.arguments[1], fact.arguments[2]};
  if (!member.joined || !lists(member.view, master)) return;
  const std::set<base::Uuid>& suspects = suspects_[member.uuid];
  for (const ViewEntry& entry : member.view) {
    if (entry.uuid == master) return;
    if (suspects.contains(entry.uuid)) continue;
    return report("a new master has only suspects before it", observation, fact.node,
                  fmt::format("{} follows {} and does not suspect {}", member.name,
                              base::to_text(base::unpack_endpoint(fact.arguments[0])),
                              base::to_text(entry.endpoint)));
  }
}

void Invariants::note_suspicion(const Observation& observation, const base::TraceEvent& fact) {
  const base::Uuid own = observation.at(fact.node).uuid;
  const base::Uuid other{fact.arguments[1], fact.arguments[2]};
  if (fact.kind == EventKind::SuspicionCleared) {
    suspects_[own].erase(other);
    return;
  }
  suspects_[own].insert(other);
  std::erase_if(told_, [&](const Told& told) { return told.own == own && told.other == other; });
}

void Invariants::note_told(const Observation& observation, const base::TraceEvent& fact) {
  const bool is_of_present_list = fact.arguments[1] != 0;
  if (!is_of_present_list) return;
  const MemberState& member = observation.at(fact.node);
  const base::Endpoint teller = base::unpack_endpoint(fact.arguments[0]);
  for (const ViewEntry& entry : member.view) {
    if (entry.endpoint != teller || suspects_[member.uuid].contains(entry.uuid)) continue;
    told_.push_back({fact.node, member.uuid, entry.uuid, fact.time});
  }
}

// A moment later: what it was told it has done in the very event.
void Invariants::check_told(const Observation& observation, base::Instant now) {
  for (const Told& told : std::exchange(told_, {})) {
    if (told.at == now) {
      told_.push_back(told);
      continue;
    }
    const MemberState& member = observation.at(told.node);
    if (member.uuid != told.own || !lists(member.view, told.other)) continue;
    report("who is told to drop a member suspects it", observation, told.node,
           fmt::format("{} did not heed it", member.name));
  }
}

}  // namespace splitscope::scenarios
