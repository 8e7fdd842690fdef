// How a joined member treats those who want in: it names the master, and the master admits them in
// batches. After Hazelcast's ClusterJoinManager. The rules of the window are in join_window.hpp.
//
// Invariant: only a master that is not claiming its mastership admits.
#pragma once

#include <vector>

#include "schemes/membership/heartbeat_manager.hpp"
#include "schemes/membership/join_window.hpp"

namespace splitscope::schemes {

class JoinManager final {
 public:
  // Joiners that wait at once; more are refused and ask again.
  static constexpr std::size_t JoinerCountMax = 1024;
  static constexpr std::size_t RecentUuidCountMax = 1024;

  // All references outlive *this.
  JoinManager(env::Environment environment, const NodeConfig& config,
              ConnectionManager& connections, MembershipManager& membership,
              const HeartbeatManager& heartbeats);
  JoinManager(const JoinManager&) = delete;
  JoinManager& operator=(const JoinManager&) = delete;

  // Forgets who waits. After a merge, a claim, an admission.
  void reset();
  // Somebody waits to be admitted, maybe one that will never ask again: Hazelcast forgets those
  // only with the next admission, and looks for no other cluster until then.
  bool is_join_in_progress() const { return !joiners_.empty(); }
  std::string_view state_name() const;

  void on_who_is_master(base::Endpoint from, const WhoIsMaster& message);
  void on_join_request(base::Endpoint from, const JoinRequest& message);
  // A member left: it no longer waits, and its uuid is not welcome for a while.
  void on_member_removed(const MemberInfo& member);

 private:
  struct Recent {
    base::Uuid uuid;
    base::Instant until;
  };
  // Tells a stranger that it does not belong here. True if it does.
  bool check_config(base::Endpoint from, const JoinMessage& message);
  // True if the request is dealt with: the endpoint or uuid is in the list.
  bool answer_existing(base::Endpoint from, const JoinMessage& message);
  void answer_member_again(base::Endpoint from, const MemberInfo& member);
  void send_master_answer(base::Endpoint to);
  void send_finalize_join(const MemberInfo& member);
  // True if it was not waiting yet.
  bool add_joiner(const JoinMessage& joiner);
  void refuse(base::Endpoint joiner, JoinRefusal reason);
  void tell_refusal(base::Endpoint joiner, JoinRefusal reason);
  bool is_recent(const base::Uuid& uuid);
  void remember(const base::Uuid& uuid);
  void open_doors();

  env::Environment environment_;
  const NodeConfig& config_;
  ConnectionManager& connections_;
  MembershipManager& membership_;
  const HeartbeatManager& heartbeats_;  // for the cluster clock
  JoinWindow window_;
  std::vector<MemberInfo> joiners_;  // in the order of their first request
  std::vector<Recent> recent_;       // oldest first
};

}  // namespace splitscope::schemes
