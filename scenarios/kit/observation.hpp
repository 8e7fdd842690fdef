// What is known of a run at a moment: each member's state and view, and who can reach whom. Worlds
// keep it up to date; conditions, checkers and metrics read it. No engine types: all worlds can
// fill it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/endpoint.hpp"
#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"
#include "scenarios/kit/fault.hpp"

namespace splitscope::scenarios {

struct ViewEntry {
  base::Uuid uuid;
  base::Endpoint endpoint;
  friend bool operator==(const ViewEntry&, const ViewEntry&) = default;
};

struct MemberState {
  base::NodeId node;
  std::string name;  // "n1"
  std::uint32_t cluster = 0;
  bool host_on = true;
  bool process_running = false;  // there is a process, stopped or not
  bool paused = false;
  bool leaving = false;        // a graceful shutdown is under way
  bool start_pending = false;  // the world is about to start it
  base::Incarnation incarnation;
  base::Endpoint endpoint;  // of the running process, or where it last was
  std::string cluster_name;

  bool joined = false;   // in a cluster, maybe of one
  bool started = false;  // the start-up of this life is complete
  base::Uuid uuid;
  std::uint64_t view_version = 0;
  std::vector<ViewEntry> view;  // oldest first; view.front() is the master. Empty unless joined

  // Process running, not paused, host on.
  bool is_live() const { return process_running && !paused && host_on; }
  bool is_master() const { return joined && !view.empty() && view.front().uuid == uuid; }
};

class Observation {
 public:
  const std::vector<MemberState>& members() const { return members_; }
  const MemberState& at(base::NodeId node) const { return members_[node.value]; }
  MemberState& at(base::NodeId node) { return members_[node.value]; }
  MemberState& add(MemberState state);

  base::Instant now() const { return now_; }
  void set_now(base::Instant now) { now_ = now; }

  // Whether faults and topology let packets pass from one host to another; worlds set it.
  bool passes(base::NodeId from, base::NodeId to) const;
  void block(base::NodeId from, base::NodeId to);  // counted: two blocks need two unblocks
  void unblock(base::NodeId from, base::NodeId to);
  bool exchange(base::NodeId a, base::NodeId b) const { return passes(a, b) && passes(b, a); }

  // Live members of `cluster` grouped by who can exchange packets, through others if need be;
  // ordered by their first member.
  std::vector<Members> components(std::uint32_t cluster) const;

  // Every live member of `group` has joined and holds the same ordered view, which names exactly
  // the live members of `group`. False when none is live.
  bool agreed(const Members& group) const;
  // Live joined members that believe to be master, in `cluster`.
  std::uint32_t masters(std::uint32_t cluster) const;
  // Distinct clusters (by master) among live joined members of `cluster`: 1 = none is split.
  std::uint32_t islands(std::uint32_t cluster) const;
  // The node whose current life has this uuid, or NoNode.
  base::NodeId node_of(const base::Uuid& uuid) const;

  Members cluster_members(std::uint32_t cluster) const;
  std::uint32_t cluster_count() const { return cluster_count_; }

 private:
  std::vector<MemberState> members_;
  std::vector<std::uint16_t> blocks_;  // members x members, row = from; empty before the first
  std::uint64_t block_count_ = 0;
  std::uint32_t cluster_count_ = 0;
  base::Instant now_{};
};

// "n2 sees n2 > n3 (version 7)", "n1 is not running", for messages; unknown uuids show as
// endpoints.
std::string describe(const Observation& observation, const MemberState& member);

}  // namespace splitscope::scenarios
