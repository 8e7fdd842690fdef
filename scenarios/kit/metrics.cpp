#include "scenarios/kit/metrics.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "engine/base/wide.hpp"

namespace splitscope::scenarios {
namespace {

std::uint64_t times(std::uint32_t members, base::Duration duration) {
  return members * static_cast<std::uint64_t>(duration.count());
}

const base::Uuid* master_of(const MemberState& member) {
  if (!member.joined || member.view.empty()) return nullptr;
  return &member.view.front().uuid;
}

// The master whom most of the cluster's live members follow; of equals the one met first.
base::Uuid largest_group(const Observation& observation, const Members& members) {
  std::map<base::Uuid, std::size_t> followers;
  std::vector<const base::Uuid*> masters;  // in the order of being met
  for (const base::NodeId node : members) {
    const base::Uuid* master = master_of(observation.at(node));
    if (master == nullptr || !observation.at(node).is_live()) continue;
    if (++followers[*master] == 1) masters.push_back(master);
  }
  base::Uuid best;
  std::size_t best_count = 0;
  for (const base::Uuid* master : masters) {
    const std::size_t count = followers[*master];
    if (count > best_count) {
      best_count = count;
      best = *master;
    }
  }
  return best;
}

bool contains(const Members& members, base::NodeId node) {
  return std::binary_search(members.begin(), members.end(), node);
}

}  // namespace

void MetricsRecorder::advance(base::Instant now) {
  if (now <= last_) return;
  const base::Duration elapsed = now - last_;
  member_ns_ += times(availability_.live, elapsed);
  agreed_ns_ += times(availability_.agreed, elapsed);
  forced_ns_ += times(availability_.split_forced, elapsed);
  needless_ns_ += times(availability_.split_needless, elapsed);
  last_ = now;
}

void MetricsRecorder::begin_window(base::Instant now) {
  if (window_begun_) return;
  advance(now);
  window_begun_ = true;
  window_start_ = now;
  member_ns_ = agreed_ns_ = forced_ns_ = needless_ns_ = 0;
  masters_max_ = 0;
  false_removals_ = 0;
}

void MetricsRecorder::on_recovery_act(base::Instant now) {
  if (!started_at_.has_value()) started_at_ = now;
  recovery_at_ = now;
}

void MetricsRecorder::refresh(base::Instant now) {
  availability_ = {};
  all_agreed_ = observation_.cluster_count() > 0;
  std::erase_if(losses_, [this](const Loss& loss) {
    const MemberState& lost = observation_.at(loss.lost);
    const MemberState& survivor = observation_.at(loss.survivor);
    if (!survivor.is_live() || !survivor.joined) return true;
    return lost.is_live() && lost.uuid == loss.uuid &&
           observation_.exchange(loss.survivor, loss.lost);
  });
  bool masterless = false;
  for (std::uint32_t cluster = 0; cluster < observation_.cluster_count(); ++cluster) {
    const std::vector<Members> components = observation_.components(cluster);
    refresh_cluster(cluster, components, now);
    masterless = masterless || !std::ranges::all_of(components, [this](const Members& component) {
                   return has_common_master(component);
                 });
  }
  if (all_agreed_) {
    if (!agreed_since_.has_value()) agreed_since_ = now;
    if (!formed_at_.has_value() && availability_.live > 0) formed_at_ = now;
  } else {
    agreed_since_.reset();
  }
  if (!window_begun_) return;
  if (masterless && !masterless_since_.has_value()) masterless_since_ = now;
  if (!masterless && masterless_since_.has_value()) {
    if (!elect_.has_value()) elect_ = now - *masterless_since_;
    masterless_since_.reset();
  }
}

void MetricsRecorder::refresh_cluster(std::uint32_t cluster, const std::vector<Members>& components,
                                      base::Instant now) {
  const Members members = observation_.cluster_members(cluster);
  const base::Uuid largest = largest_group(observation_, members);
  all_agreed_ = all_agreed_ && observation_.agreed(members);
  for (const Members& component : components) {
    const bool agreed = observation_.agreed(component);
    availability_.live += static_cast<std::uint32_t>(component.size());
    if (agreed) availability_.agreed += static_cast<std::uint32_t>(component.size());
    const bool holds_largest =
        std::any_of(component.begin(), component.end(), [&](base::NodeId node) {
          const base::Uuid* master = master_of(observation_.at(node));
          return master != nullptr && *master == largest;
        });
    std::uint32_t masters = 0;
    for (const base::NodeId node : component) {
      const MemberState& member = observation_.at(node);
      if (member.is_master()) ++masters;
      const base::Uuid* master = master_of(member);
      if (master == nullptr || *master == largest) continue;
      ++(holds_largest ? availability_.split_needless : availability_.split_forced);
    }
    masters_max_ = std::max(masters_max_, masters);
    if (window_begun_) refresh_losses(component, now);
  }
}

// A loss begins when a survivor still lists a member that it can no longer exchange packets with.
void MetricsRecorder::refresh_losses(const Members& component, base::Instant now) {
  for (const base::NodeId survivor : component) {
    const MemberState& state = observation_.at(survivor);
    if (!state.joined) continue;
    for (const ViewEntry& entry : state.view) {
      if (entry.uuid == state.uuid) continue;
      const base::NodeId node = observation_.node_of(entry.uuid);
      if (node != base::NoNode && contains(component, node)) continue;
      const bool known = std::any_of(losses_.begin(), losses_.end(), [&](const Loss& loss) {
        return loss.survivor == survivor && loss.uuid == entry.uuid;
      });
      if (known) continue;
      loss_seen_ = true;
      losses_.push_back({survivor, node == base::NoNode ? survivor : node, entry.uuid, now});
    }
  }
}

bool MetricsRecorder::has_common_master(const Members& component) const {
  const base::Uuid* common = nullptr;
  for (const base::NodeId node : component) {
    const base::Uuid* master = master_of(observation_.at(node));
    if (master == nullptr) continue;
    if (common == nullptr) common = master;
    if (*common != *master) return false;
  }
  if (common == nullptr) return true;
  const base::NodeId master = observation_.node_of(*common);
  return master != base::NoNode && contains(component, master);
}

void MetricsRecorder::on_removal(base::NodeId observer, const base::Uuid& uuid, base::Instant now) {
  const auto found = std::find_if(losses_.begin(), losses_.end(), [&](const Loss& loss) {
    return loss.survivor == observer && loss.uuid == uuid;
  });
  if (found != losses_.end()) {
    const base::Duration took = now - found->since;
    if (!detect_first_.has_value() || took < *detect_first_) detect_first_ = took;
    if (!detect_last_.has_value() || took > *detect_last_) detect_last_ = took;
    losses_.erase(found);
    return;
  }
  const base::NodeId removed = observation_.node_of(uuid);
  if (removed == base::NoNode || !observation_.at(removed).is_live()) return;
  if (observation_.at(removed).leaving || !observation_.at(observer).is_live()) return;
  if (observation_.exchange(observer, removed)) ++false_removals_;
}

RunMetrics MetricsRecorder::finish(base::Instant end) const {
  MetricsRecorder at_end = *this;
  at_end.advance(end);
  RunMetrics metrics;
  metrics.window_end = end;
  metrics.window_start = window_begun_ ? window_start_ : base::RunStart;
  metrics.member_ns = at_end.member_ns_;
  metrics.agreed_ns = at_end.agreed_ns_;
  metrics.split_forced_ns = at_end.forced_ns_;
  metrics.split_needless_ns = at_end.needless_ns_;
  metrics.false_removals = false_removals_;
  metrics.masters_max = masters_max_;
  if (formed_at_.has_value() && started_at_.has_value()) {
    metrics.form.value = std::max(*formed_at_ - *started_at_, base::Duration::zero());
  }
  metrics.form.pending = started_at_.has_value();
  metrics.detect_first = {detect_first_, loss_seen_};
  metrics.detect_last = {losses_.empty() ? detect_last_ : std::nullopt, loss_seen_};
  metrics.elect = {elect_, elect_.has_value() || masterless_since_.has_value()};
  if (window_begun_ && recovery_at_.has_value() && *recovery_at_ >= window_start_) {
    metrics.merge.pending = true;
    if (agreed_since_.has_value()) {
      metrics.merge.value = std::max(*agreed_since_ - *recovery_at_, base::Duration::zero());
    }
  }
  return metrics;
}

std::uint64_t MetricsRecorder::agreement_ppm() const {
  if (member_ns_ == 0) return 1'000'000;
  return static_cast<std::uint64_t>(static_cast<base::Uint128>(agreed_ns_) * 1'000'000 /
                                    member_ns_);
}

}  // namespace splitscope::scenarios
