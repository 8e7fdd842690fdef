#include "scenarios/replay/anchored_world.hpp"

#include <algorithm>

namespace splitscope::scenarios {
namespace {

// An act comes late by no more than this.
constexpr base::Duration Step = std::chrono::milliseconds{1};
// How often it is looked whether a view has lasted by now; new facts are looked at at once.
constexpr base::Duration LookAgain = std::chrono::milliseconds{50};

}  // namespace

AnchoredWorld::AnchoredWorld(World& world, const RecordedRun& recorded,
                             const AnchorOptions& options)
    : world_(world),
      options_(options),
      recorded_(shared_facts(recorded.history, options.settle, recorded.end)) {
  world_.keep_history();
  placements_.push_back({.recorded_at = recorded_now_, .at = world_.now()});
}

void AnchoredWorld::start(ClusterId cluster, const StartOptions& options) {
  placements_.back().acts.push_back("start of the cluster");
  world_.start(cluster, options);
}

base::Result<FaultId> AnchoredWorld::apply(const Fault& fault) {
  placements_.back().acts.push_back(fault.label.empty() ? std::string(to_text(fault.kind))
                                                        : fault.label);
  return world_.apply(fault);
}

void AnchoredWorld::heal(FaultId fault) {
  const auto& faults = world_.faults();
  const bool is_known = fault.value < faults.size();
  placements_.back().acts.push_back("heal " +
                                    (is_known ? faults[fault.value].fault.label : std::string{}));
  world_.heal(fault);
}

bool AnchoredWorld::run_for(base::Duration duration) {
  const base::Instant from = recorded_now_;
  const base::Instant from_here = world_.now();
  recorded_now_ += duration;
  Placement placement{.recorded_at = recorded_now_, .at = {}};
  base::Instant target = from_here + duration;
  bool goes_on = true;
  if (const SharedFact* anchor = anchor_before(recorded_now_); anchor != nullptr) {
    placement.anchor = *anchor;
    const base::Duration gap = std::max(anchor->at - from, base::Duration::zero());
    std::optional<base::Instant> found;
    goes_on = wait_for(*anchor, 2 * gap + options_.wait_max, found);
    placement.was_found = found.has_value();
    if (found.has_value()) target = *found + (recorded_now_ - anchor->at);
  }
  goes_on = goes_on && run_to(target);
  placement.at = world_.now();
  placements_.push_back(std::move(placement));
  return goes_on;
}

const SharedFact* AnchoredWorld::anchor_before(base::Instant recorded_at) const {
  const SharedFact* anchor = nullptr;
  for (const SharedFact& fact : recorded_) {
    // A view is known to last only after a while.
    const base::Duration lasts =
        fact.kind == SharedKind::View ? options_.settle : base::Duration::zero();
    // An act brings these itself, at its own instant.
    const bool is_of_act =
        fact.kind == SharedKind::Starting || fact.kind == SharedKind::ShuttingDown;
    if (is_of_act && fact.at >= recorded_at) continue;
    if (fact.at + lasts <= recorded_at) anchor = &fact;
  }
  return anchor;
}

std::optional<base::Instant> AnchoredWorld::find(const SharedFact& anchor) const {
  const History* history = world_.history();
  if (history == nullptr) return std::nullopt;
  for (const SharedFact& fact : shared_facts(*history, options_.settle, world_.now())) {
    if (fact.is_same(anchor) && fact.ordinal == anchor.ordinal) return fact.at;
  }
  return std::nullopt;
}

bool AnchoredWorld::wait_for(const SharedFact& anchor, base::Duration most,
                             std::optional<base::Instant>& found) {
  const base::Instant deadline = world_.now() + most;
  found = find(anchor);
  std::size_t seen = entry_count();
  base::Instant looked_at = world_.now();
  while (!found.has_value() && world_.now() < deadline) {
    if (!world_.run_for(Step)) return false;
    if (entry_count() == seen && world_.now() - looked_at < LookAgain) continue;
    found = find(anchor);
    seen = entry_count();
    looked_at = world_.now();
  }
  return true;
}

std::size_t AnchoredWorld::entry_count() const {
  const History* history = world_.history();
  return history == nullptr ? 0 : history->entries().size();
}

bool AnchoredWorld::run_to(base::Instant at) {
  return at <= world_.now() || world_.run_for(at - world_.now());
}

std::vector<Placement> AnchoredWorld::placements() const {
  std::vector<Placement> with_acts;
  std::copy_if(placements_.begin(), placements_.end(), std::back_inserter(with_acts),
               [](const Placement& placement) { return !placement.acts.empty(); });
  return with_acts;
}

}  // namespace splitscope::scenarios
