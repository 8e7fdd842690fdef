// Heartbeats: sent to every member each interval, and missed. Hides: the failure detector of each
// member, the cluster clock, and what is done about heartbeats that do not fit our list. After
// Hazelcast's ClusterHeartbeatManager.
//
// The cluster clock is this node's wall clock plus an offset that follows the master. A heartbeat
// that is older than half of max.no.heartbeat.seconds is ignored; a tick that finds the clock half
// of it off takes that for a jump of the clock (a long pause looks the same) and starts all
// detectors anew.
#pragma once

#include <vector>

#include "schemes/membership/membership_manager.hpp"
#include "schemes/membership/partial_disconnections.hpp"
#include "schemes/membership/watch_list.hpp"

namespace splitscope::schemes {

class HeartbeatManager final {
 public:
  // All references outlive *this.
  HeartbeatManager(env::Environment environment, const NodeConfig& config,
                   ConnectionManager& connections, MembershipManager& membership);
  HeartbeatManager(const HeartbeatManager&) = delete;
  HeartbeatManager& operator=(const HeartbeatManager&) = delete;

  // Ticks each interval from now on, joined or not.
  void start();
  void stop();
  // Forgets all members; for a merge.
  void reset();

  void on_member_added(const MemberInfo& member);
  void on_member_removed(const MemberInfo& member);
  // After a change of the list heartbeats go out at once, not at the next tick.
  void on_view_changed();

  void on_heartbeat(base::Endpoint from, const Heartbeat& heartbeat);
  // One from that address may come soon. Changes nothing.
  [[gnu::always_inline]] inline void expect_heartbeat(base::Ipv4 from) const {
    watched_.expect(from);
  }
  void on_complaint(base::Endpoint from, const HeartbeatComplaint& complaint);

  // This node's wall clock as the cluster has it.
  base::WallTime cluster_time() const;
  // The master said what time it is.
  void set_master_time(base::WallTime master_time);

 private:
  struct Silent {
    base::Uuid uuid;
    base::WallTime last_heard;
  };
  void on_tick();
  void on_beat_soon();
  void beat();
  void resolve_disconnections();
  void look_at_clock();
  void suspect_silent(base::WallTime now);
  void on_invalid(const ViewMetadata& sender);

  env::Environment environment_;
  const NodeConfig& config_;
  ConnectionManager& connections_;
  MembershipManager& membership_;
  env::Timer tick_timer_;
  env::Timer soon_timer_;
  base::Instant next_tick_{};
  base::Duration clock_offset_{};       // of the cluster clock from the wall clock
  base::Duration clock_offset_seen_{};  // at the last beat
  bool has_beaten_ = false;
  base::WallTime last_beat_{};
  WatchList watched_;  // all members but us
  const FailureDetector detector_;
  PartialDisconnections disconnections_;  // as the master knows them
  std::vector<Silent> silent_;            // of one beat; kept for its memory
};

}  // namespace splitscope::schemes
