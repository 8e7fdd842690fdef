// One member: starts, joins, lives in a cluster, merges, leaves. It owns the managers, hands each
// message and connection event to the one it belongs to, and decides nothing about membership
// itself. Start reading at start(), on_join_ended() and on_peer_message().
//
// Exits: Graceful after shut_down(); GaveUp if it cannot bind, is refused for good, or joined
// nothing within max.join.seconds (a JoinFailed fact says why).
#pragma once

#include <memory>
#include <vector>

#include "engine/env/program.hpp"
#include "schemes/membership/connection_monitor.hpp"
#include "schemes/membership/graceful_shutdown.hpp"
#include "schemes/membership/mastership.hpp"
#include "schemes/membership/node_inspection.hpp"
#include "schemes/membership/split_brain_handler.hpp"

namespace splitscope::schemes {

class ClusterNode final : public env::Program,
                          public NodeInspection,
                          private PeerHandler,
                          private MembershipListener,
                          private JoinerHost,
                          private MergeHost,
                          private ShutdownHost,
                          private MemberServiceHost {
 public:
  // `environment` and `host` outlive *this. Without a `service` the member holds no data.
  ClusterNode(env::Environment environment, env::ProgramHost& host, NodeConfig config,
              std::unique_ptr<Joiner> joiner, std::unique_ptr<MemberService> service = nullptr);
  ~ClusterNode() override;

  void start() override;
  void shut_down() override;

  // NodeInspection
  bool is_joined() const override { return membership_.is_joined(); }
  bool is_started() const override { return is_started_; }
  bool is_master() const override { return membership_.is_joined() && membership_.is_master(); }
  base::Uuid uuid() const override { return membership_.uuid(); }
  base::Endpoint endpoint() const override { return connections_.self(); }
  base::Endpoint master() const override { return membership_.master(); }
  const MembersView& view() const override { return membership_.view(); }
  std::span<const base::Uuid> suspects() const override { return membership_.suspects(); }
  std::string_view cluster_name() const override { return config_.cluster_name; }
  bool is_data_member() const override { return config_.data_member; }
  std::span<const base::Uuid> previous_uuids() const override { return previous_uuids_; }
  std::string_view node_state() const override;
  std::string_view join_state() const override { return joiner_->state_name(); }
  std::string_view admission_state() const override { return joins_.state_name(); }
  std::string_view mastership_state() const override;
  std::string_view split_brain_state() const override { return split_brain_.state_name(); }
  std::uint64_t malformed_count() const override { return connections_.malformed_count(); }

 private:
  enum class State : std::uint8_t {
    Booting,  // the process has started, nothing is bound
    Joining,  // looks for a cluster
    Running,  // in one
    Merging,  // has left its cluster for another
    Leaving,  // a graceful shutdown
    Stopped,  // exit was asked for
  };
  void enter(State next);
  void on_boot_timer();
  void bind_port();
  void boot();
  // What node_timer_ was armed for: the end of the boot, or the next look at the connections.
  void on_node_timer();
  void look_for_all_connections();
  void become_started();
  void give_up(JoinFailure failure);
  void stop_parts();
  void leave_for(base::Endpoint target);

  // PeerHandler
  void on_peer_connected(base::Endpoint peer) override;
  void on_peer_unreachable(base::Endpoint peer, env::CloseReason reason) override;
  void on_peer_lost(base::Endpoint peer, env::CloseReason reason) override;
  bool on_peer_message(base::Endpoint peer, MessageType type, const base::Message& frame) override;
  void expect_peer_message(base::Ipv4 peer) const override { heartbeats_.expect_heartbeat(peer); }
  bool on_join_message(base::Endpoint peer, MessageType type, const base::Message& frame);
  bool on_membership_message(base::Endpoint peer, MessageType type, const base::Message& frame);
  bool on_merge_message(base::Endpoint peer, MessageType type, const base::Message& frame);
  void on_master_answer(base::Endpoint from, const MasterAnswer& answer);
  void on_finalize_join(base::Endpoint from, const FinalizeJoin& message);
  void on_mastership_claim(base::Endpoint from, const JoinMastershipClaim& claim);
  void on_fetch_members_view(base::Endpoint from, const FetchMembersView& message);
  void on_merge_clusters(base::Endpoint from, const MergeClusters& message);
  void on_refused(base::Endpoint from, const JoinRefused& message);

  // MembershipListener
  void on_member_added(const MemberInfo& member) override;
  void on_member_removed(const MemberInfo& member) override;
  void on_view_changed() override;
  void on_claim_begun() override;
  void learn(const MemberInfo& member);

  // JoinerHost
  const Settings& settings() const override { return config_.settings; }
  base::Endpoint self() const override { return connections_.self(); }
  MessageEncoder& encoder() override { return connections_.encoder(); }
  JoinMessage join_message() const override;
  SplitBrainCheck split_brain_message() override;
  bool is_member(base::Endpoint endpoint) const override;
  std::optional<base::Endpoint> master_to_join() const override;
  void set_master_to_join(std::optional<base::Endpoint> master) override;
  void become_master() override;
  bool is_connected(base::Endpoint peer) const override;
  bool connect(base::Endpoint peer) override;
  void send_who_is_master(base::Endpoint peer) override;
  void send_join_request(base::Endpoint master) override;
  void send_mastership_claim(base::Endpoint peer, std::uint32_t round) override;
  void on_discovery_failed() override { give_up(JoinFailure::NoDiscovery); }
  void on_join_ended() override;
  void check_merge(base::Endpoint target) override;
  void on_search_ended() override;

  // MergeHost
  Joiner& joiner() override { return *joiner_; }
  bool may_search() const override { return state_ == State::Running; }
  void merge_into(base::Endpoint target) override;

  // ShutdownHost
  void on_drained() override;
  bool drain(const base::Uuid& member) override;

  // MemberServiceHost
  ConnectionManager& service_connections() override { return connections_; }
  const MembershipManager& service_membership() const override { return membership_; }
  const NodeConfig& service_config() const override { return config_; }
  void on_member_drained(const base::Uuid& member) override;

  Delivery send_delivery() const;
  bool is_joining() const { return state_ == State::Joining || state_ == State::Merging; }

  env::Environment environment_;
  env::ProgramHost& host_;
  const NodeConfig config_;
  std::unique_ptr<Joiner> joiner_;
  ConnectionManager connections_;
  MembershipManager membership_;
  ConnectionMonitor monitor_;
  HeartbeatManager heartbeats_;
  JoinManager joins_;
  Mastership mastership_;
  SplitBrainHandler split_brain_;
  GracefulShutdown shutdown_;
  std::unique_ptr<MemberService> service_;  // maybe none
  env::Timer node_timer_;
  State state_ = State::Booting;
  base::Duration boot_time_{};
  bool is_started_ = false;
  bool is_started_once_ = false;
  std::uint32_t connection_looks_ = 0;
  base::Endpoint merge_target_ = base::NoEndpoint;
  std::vector<base::Uuid> previous_uuids_;
};

}  // namespace splitscope::schemes
