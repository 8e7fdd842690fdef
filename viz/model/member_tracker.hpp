// Follows the facts of a run and says what each member is after each moment. Invariant: a member is
// looked at anew only when a fact can have changed what it, or the group it follows, is.
#pragma once

#include <map>
#include <vector>

#include "engine/base/endpoint.hpp"
#include "viz/model/run_model.hpp"

namespace splitscope::viz {

class MemberTracker {
 public:
  struct Member {
    MemberStrip strip;
    bool is_running = false;
    bool is_host_on = true;
    bool is_paused = false;
    bool is_joined = false;
    std::uint64_t master = 0;  // packed endpoint
    base::Uuid uuid;           // of this life
    std::vector<base::Uuid> suspects;
    std::uint64_t changed_by = 0;  // the last fact about it
    bool is_live() const { return is_running && is_host_on && !is_paused; }
    bool is_master() const { return is_joined && master == base::pack(strip.endpoint); }
  };

  // Facts of a file may say anything: more nodes than these are not followed.
  static constexpr std::size_t NodesMax = 16'384;

  // In order of time.
  void apply(const base::TraceEvent& fact);
  // Null for one that no fact spoke of. Good until the next apply().
  const Member* find(base::NodeId node) const;
  // All facts of this moment were applied: conditions and masters are brought up to date.
  void settle(base::Instant now);
  // Ends all spans. Nothing may follow.
  void finish(base::Instant end);

  std::vector<MemberStrip> take_strips();
  std::vector<MasterStep> take_masters() { return std::move(masters_); }

 private:
  Member* at(base::NodeId node);
  // False if the fact is of another sort.
  static bool apply_process(Member& member, const base::TraceEvent& fact);
  static bool apply_membership(Member& member, const base::TraceEvent& fact);
  // The master whom most live members follow, as an endpoint; of equals the one met first.
  std::uint64_t largest_group() const;
  // Whom live members suspect, sorted.
  std::vector<base::Uuid> all_suspects() const;
  struct Group {
    std::uint64_t master = 0;
    std::vector<base::Uuid> suspects;
  };
  static MemberCondition condition_of(const Member& member, const Group& largest);
  void note_masters(base::Instant now);
  static void begin_span(Member& member, MemberCondition condition, base::Instant now);

  std::map<base::NodeId, Member> members_;
  std::vector<MasterStep> masters_;
  bool is_changed_ = false;  // since it settled
};

}  // namespace splitscope::viz
