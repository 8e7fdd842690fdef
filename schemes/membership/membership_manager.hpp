// This member's list: its version, its order (first = master), who in it is suspected, and who is
// master. Only the master adds and removes; the others apply what it publishes, and remember whom
// they suspect, until all members older than one of them are suspected: that one claims the
// mastership (see mastership.hpp). Rules after Hazelcast's MembershipManager and
// ClusterServiceImpl.
//
// Invariants: once joined, this member is in its own view. The version of the view never falls
// within one uuid. Suspects are members of the view, never this one.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "schemes/membership/connection_manager.hpp"
#include "schemes/membership/membership_codes.hpp"
#include "schemes/membership/node_config.hpp"

namespace splitscope::schemes {

// Told what changed, after it did. Only on_claim_begun() may change the membership again.
class MembershipListener {
 public:
  virtual void on_member_added(const MemberInfo& member) = 0;
  virtual void on_member_removed(const MemberInfo& member) = 0;
  // After all additions and removals of one change.
  virtual void on_view_changed() = 0;
  // This member is the oldest that it does not suspect: begin_claim() was done.
  virtual void on_claim_begun() = 0;

 protected:
  ~MembershipListener() = default;
};

class MembershipManager final {
 public:
  // All references outlive *this.
  MembershipManager(env::Environment environment, const NodeConfig& config,
                    ConnectionManager& connections, MembershipListener& listener);
  MembershipManager(const MembershipManager&) = delete;
  MembershipManager& operator=(const MembershipManager&) = delete;

  // Before joining: who we are. The view becomes empty.
  void reset(base::Endpoint self, base::Uuid uuid);
  // Begins to publish the list each member.list.publish.interval.seconds.
  void start();
  void stop();

  bool is_joined() const { return state_ != State::NotJoined; }
  // As Hazelcast has it, a claimant is master already.
  bool is_master() const { return state_ == State::Master || state_ == State::Claiming; }
  bool is_claiming() const { return state_ == State::Claiming; }
  const MembersView& view() const { return view_; }
  base::Endpoint self() const { return self_; }
  base::Uuid uuid() const { return uuid_; }
  // NoEndpoint if not known. Before joining: whom we mean to join.
  base::Endpoint master() const { return master_; }
  void set_master_to_join(base::Endpoint master);
  std::span<const base::Uuid> suspects() const { return suspects_; }
  bool is_suspected(const base::Uuid& uuid) const;
  bool is_member(base::Endpoint endpoint) const { return view_.contains(endpoint); }
  // What our heartbeats say.
  ViewMetadata metadata() const;
  // The sender is a member, and follows us.
  bool is_follower(const ViewMetadata& sender) const;
  std::string_view state_name() const;

  // Founds a cluster of one. Precondition: not joined.
  void become_master();
  // Admitted by `master`. False: it was not for us, or not from whom we asked.
  bool finalize_join(base::Endpoint master, const FinalizeJoin& message);
  // A published list. False: malformed for us.
  bool on_members_update(base::Endpoint from, const MembersUpdate& update);
  // Master only: the list grows by `joiners`, in order. Who is listed already is skipped.
  void admit(std::span<const MemberInfo> joiners);

  // Master: removes it. Others: remembers it, and claims the mastership if all older are suspected.
  void suspect(const base::Uuid& member, SuspicionReason reason, bool close_connection);
  // Unless it is before the present master in the list.
  bool clear_suspicion(const base::Uuid& member);
  void on_explicit_suspicion(base::Endpoint from, const ExplicitSuspicion& message);
  void on_explicit_suspicion_trigger(base::Endpoint from, const ExplicitSuspicionTrigger& message);
  // Tells a member (with its list) to drop us; before we have joined, who it knew at our address.
  void send_explicit_suspicion(const ViewMetadata& to);
  void send_explicit_suspicion_trigger(base::Endpoint to, const ViewMetadata& suspect);

  // Sends the list to one member, or to all.
  void send_view_to(base::Endpoint member);
  void publish(Delivery delivery);

  // A claimant asks for our list; see FetchMembersViewAnswer.
  FetchMembersViewAnswer accept_claim(base::Endpoint from, const FetchMembersView& message);
  // The claim is decided: `members` is the new list.
  void finish_claim(const MembersView& decided);
  // So that all of two merging clusters take the next list: see verify in split_brain_handler.
  void raise_version_above(std::int32_t version);

 private:
  enum class State : std::uint8_t { NotJoined, Member, Claiming, Master };
  void enter(State next);
  // The one place where the view changes while joined.
  void apply(const MembersView& next, RemovalReason reason);
  void set_master(base::Endpoint master);
  void remove(const MemberInfo& member, RemovalReason reason);
  bool is_before_master(const base::Uuid& member) const;
  void add_suspicion(const MemberInfo& member, SuspicionReason reason);
  void try_begin_claim();
  void retain_suspects();
  void emit_member(base::EventKind kind, const MemberInfo& member, std::uint64_t argument);
  void emit_master_changed();
  void on_publish_tick();

  env::Environment environment_;
  const NodeConfig& config_;
  ConnectionManager& connections_;
  MembershipListener& listener_;
  env::Timer publish_timer_;
  State state_ = State::NotJoined;
  base::Endpoint self_;
  base::Uuid uuid_;
  base::Endpoint master_ = base::NoEndpoint;
  base::Endpoint last_asked_ = base::NoEndpoint;  // the master we meant to join before that
  MembersView view_;
  std::vector<base::Uuid> suspects_;
};

}  // namespace splitscope::schemes
