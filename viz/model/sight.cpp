#include "viz/model/sight.hpp"

#include <algorithm>
#include <map>

#include "engine/trace/member_lists.hpp"

namespace splitscope::viz {
namespace {

using base::EventKind;

// Lists, suspicions and identities after some of the facts.
class Lookout {
 public:
  explicit Lookout(const RunModel& model) : model_(model), suspects_(model.members.size()) {}

  void apply(const base::TraceEvent& fact) {
    lists_.apply(fact);
    const MemberStrip* strip = model_.member(fact.node);
    if (strip == nullptr) return;
    const std::size_t index = index_of(*strip);
    const base::Uuid uuid{fact.arguments[1], fact.arguments[2]};
    switch (fact.kind) {
      case EventKind::MemberJoined:
      case EventKind::MasterChanged:
        master_[index] = fact.arguments[0];
        break;
      case EventKind::ViewChanged:
        master_[index] = fact.arguments[3];
        break;
      case EventKind::MemberStarting:
        own_endpoint_[index] = fact.arguments[0];
        place_[uuid] = index;
        current_[index] = uuid;
        break;
      case EventKind::MemberAdded:
        if (own_endpoint_[index] != fact.arguments[0]) break;
        place_[uuid] = index;
        current_[index] = uuid;
        break;
      case EventKind::MemberSuspected:
        suspects_[index].push_back(uuid);
        break;
      case EventKind::MemberRemoved:
      case EventKind::SuspicionCleared:
        std::erase(suspects_[index], uuid);
        break;
      case EventKind::ProcessExited:
        suspects_[index].clear();
        master_.erase(index);
        break;
      case EventKind::MergeFinished:
        suspects_[index].clear();
        break;
      default:
        break;
    }
  }

  void fill(SightTable& table) {
    for (const MemberStrip& strip : model_.members) {
      const std::size_t row = index_of(strip);
      if (!table.is_live[row]) continue;
      table.masters[row] = master_of(row);
      for (const trace::ListEntry& entry : lists_.of(strip.node)) {
        const auto place = place_.find(entry.uuid);
        if (place == place_.end()) continue;
        table.rows[row][place->second] = sight_of(row, place->second, entry.uuid);
      }
    }
  }

 private:
  std::size_t index_of(const MemberStrip& strip) const {
    return static_cast<std::size_t>(&strip - model_.members.data());
  }
  base::NodeId master_of(std::size_t row) const {
    const auto master = master_.find(row);
    if (master == master_.end()) return base::NoNode;
    for (const auto& [member, endpoint] : own_endpoint_) {
      if (endpoint == master->second) return model_.members[member].node;
    }
    return base::NoNode;
  }
  Sight sight_of(std::size_t row, std::size_t column, const base::Uuid& uuid) {
    if (current_[column] != uuid) return Sight::Former;
    const std::vector<base::Uuid>& suspects = suspects_[row];
    const bool is_suspected = std::find(suspects.begin(), suspects.end(), uuid) != suspects.end();
    return is_suspected ? Sight::Suspected : Sight::Listed;
  }

  const RunModel& model_;
  trace::MemberLists lists_;
  std::vector<std::vector<base::Uuid>> suspects_;
  std::map<std::size_t, std::uint64_t> own_endpoint_;
  std::map<std::size_t, std::uint64_t> master_;  // whom it follows: an endpoint
  std::map<std::size_t, base::Uuid> current_;
  std::map<base::Uuid, std::size_t> place_;
};

bool is_live_at(const MemberStrip& strip, base::Instant at) {
  bool is_live = false;
  for (const ConditionSpan& span : strip.spans) {
    if (span.begin > at) break;
    is_live =
        span.condition != MemberCondition::Absent && span.condition != MemberCondition::Paused;
  }
  return is_live;
}

}  // namespace

SightTable sight_at(const RunModel& model, base::Instant at) {
  SightTable table;
  table.at = at;
  const std::size_t count = model.members.size();
  table.rows.assign(count, std::vector<Sight>(count, Sight::None));
  table.masters.assign(count, base::NoNode);
  for (const MemberStrip& strip : model.members) table.is_live.push_back(is_live_at(strip, at));
  Lookout lookout(model);
  for (const base::TraceEvent& fact : model.facts) {
    if (fact.time > at) break;
    lookout.apply(fact);
  }
  lookout.fill(table);
  return table;
}

}  // namespace splitscope::viz
