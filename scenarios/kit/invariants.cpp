#include "scenarios/kit/invariants.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/prng.hpp"

namespace splitscope::scenarios {
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

}  // namespace

void Invariants::report(std::string_view invariant, const Observation& observation,
                        base::NodeId node, std::string what) {
  if (violations_.size() >= ViolationsMax) return;
  violations_.push_back({invariant, observation.now(), node, std::move(what)});
}

void Invariants::on_view_changed(const Observation& observation, const MemberState& before,
                                 const MemberState& after) {
  if (!after.joined) return;
  check_versions(observation, before, after);
  check_lists(observation, after);
  check_order(observation, before, after);
  check_returns(observation, before, after);
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
    if (!lists(after.view, entry.uuid)) continue;
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
    if (lists(after.view, entry.uuid)) continue;
    const base::NodeId owner = observation.node_of(entry.uuid);
    const bool is_still_joining = owner != base::NoNode && !observation.at(owner).joined;
    if (!is_still_joining) dropped.insert(entry.uuid);
  }
  for (const ViewEntry& entry : after.view) {
    if (!dropped.contains(entry.uuid)) continue;
    report("a removed uuid never returns", observation, after.node,
           fmt::format("{} lists {} again under its old uuid", after.name,
                       base::to_text(entry.endpoint)));
  }
}

void Invariants::on_fact(const Observation& observation, const base::TraceEvent& fact) {
  if (fact.node == base::NoNode) return;
  const MemberState& member = observation.at(fact.node);
  if (fact.kind == base::EventKind::ListPublished && member.joined && !member.is_master()) {
    report("only masters publish", observation, fact.node,
           fmt::format("{} published version {} but follows {}", member.name, fact.arguments[0],
                       base::to_text(member.view.front().endpoint)));
  }
  if (fact.kind != base::EventKind::MergeStarted) return;
  const base::Endpoint target = base::unpack_endpoint(fact.arguments[0]);
  merging_[member.endpoint] = {target, fact.time};
  const auto other = merging_.find(target);
  if (other == merging_.end() || other->second.first != member.endpoint) return;
  if (fact.time - other->second.second > MutualMergeWindow) return;
  report("two clusters never each decide to merge into the other", observation, fact.node,
         fmt::format("{} and {} both gave way", base::to_text(member.endpoint),
                     base::to_text(target)));
}

}  // namespace splitscope::scenarios
