#include "viz/model/sight.hpp"

#include <algorithm>
#include <map>

#include "engine/trace/member_lists.hpp"
#include "viz/model/member_tracker.hpp"

namespace splitscope::viz {
namespace {

// Members and their lists after some of the facts.
class Lookout {
 public:
  explicit Lookout(const RunModel& model) : model_(model) {}

  void apply(const base::TraceEvent& fact) {
    lists_.apply(fact);
    tracker_.apply(fact);
    const MemberTracker::Member* member = tracker_.find(fact.node);
    if (member != nullptr) lives_[member->uuid] = fact.node;
  }

  void fill(SightTable& table) const {
    for (std::size_t row = 0; row < model_.members.size(); ++row) {
      const MemberTracker::Member* member = tracker_.find(model_.members[row].node);
      table.is_live[row] = member != nullptr && member->is_live();
      if (!table.is_live[row]) continue;
      if (member->is_joined) table.masters[row] = node_at(member->master);
      for (const trace::ListEntry& entry : lists_.of(model_.members[row].node)) {
        const auto life = lives_.find(entry.uuid);
        if (life == lives_.end()) continue;
        const auto column =
            static_cast<std::size_t>(model_.member(life->second) - model_.members.data());
        table.rows[row][column] = sight_of(*member, life->second, entry.uuid);
      }
    }
  }

 private:
  base::NodeId node_at(std::uint64_t packed_endpoint) const {
    for (const MemberStrip& strip : model_.members) {
      const MemberTracker::Member* member = tracker_.find(strip.node);
      if (member != nullptr && base::pack(member->strip.endpoint) == packed_endpoint) {
        return strip.node;
      }
    }
    return base::NoNode;
  }
  Sight sight_of(const MemberTracker::Member& member, base::NodeId whom,
                 const base::Uuid& uuid) const {
    if (tracker_.find(whom)->uuid != uuid) return Sight::Former;
    const auto& suspects = member.suspects;
    const bool is_suspected = std::find(suspects.begin(), suspects.end(), uuid) != suspects.end();
    return is_suspected ? Sight::Suspected : Sight::Listed;
  }

  const RunModel& model_;
  MemberTracker tracker_;
  trace::MemberLists lists_;
  std::map<base::Uuid, base::NodeId> lives_;  // whose each life was
};

}  // namespace

SightTable sight_at(const RunModel& model, base::Instant at) {
  SightTable table;
  table.at = at;
  const std::size_t count = model.members.size();
  table.rows.assign(count, std::vector<Sight>(count, Sight::None));
  table.masters.assign(count, base::NoNode);
  table.is_live.assign(count, false);
  Lookout lookout(model);
  for (const base::TraceEvent& fact : model.facts) {
    if (fact.time > at) break;
    lookout.apply(fact);
  }
  lookout.fill(table);
  return table;
}

}  // namespace splitscope::viz
