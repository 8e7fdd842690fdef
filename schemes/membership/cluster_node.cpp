#include "schemes/membership/cluster_node.hpp"

#include <algorithm>

#include "engine/base/assert.hpp"

namespace splitscope::schemes {

using base::Endpoint;
using base::EventKind;
using base::Message;

namespace {

// How often a node that joined looks whether it is connected to all (AbstractJoiner).
constexpr base::Duration ConnectionLook = std::chrono::seconds{1};

ConnectionOptions connection_options(const NodeConfig& config) {
  ConnectionOptions options;
  const base::Duration limit = config.settings.socket_connect_timeout;
  // A Java connect tells of its time-out about 12 ms late, as recorded; so a joiner that looks each
  // second sees it one look later.
  constexpr base::Duration Lateness = std::chrono::milliseconds{12};
  options.connect_timeout = limit == base::Duration::zero() ? limit : limit + Lateness;
  return options;
}

}  // namespace

ClusterNode::ClusterNode(env::Environment environment, env::ProgramHost& host, NodeConfig config,
                         std::unique_ptr<Joiner> joiner, std::unique_ptr<MemberService> service)
    : environment_(environment),
      host_(host),
      config_(std::move(config)),
      joiner_(std::move(joiner)),
      connections_(environment, connection_options(config_), *this),
      membership_(environment, config_, connections_, *this),
      monitor_(environment, config_, connections_, membership_),
      heartbeats_(environment, config_, connections_, membership_),
      joins_(environment, config_, connections_, membership_, heartbeats_),
      mastership_(environment, config_, connections_, membership_),
      split_brain_(environment, config_, connections_, membership_, joins_, *this),
      shutdown_(environment, config_, connections_, membership_, *this),
      service_(std::move(service)),
      node_timer_(environment.timers, base::Callback::to<&ClusterNode::on_node_timer>(*this)) {
  SPLITSCOPE_ASSERT(config_.joiner == joiner_->kind());
}

ClusterNode::~ClusterNode() = default;

void ClusterNode::enter(State next) {
  const bool allowed = next == State::Stopped || next == State::Leaving ||
                       (next == State::Joining && state_ == State::Booting) ||
                       (next == State::Running && is_joining()) ||
                       (next == State::Merging && state_ == State::Running);
  SPLITSCOPE_ASSERT(allowed);
  SPLITSCOPE_ASSERT(state_ != State::Stopped);
  state_ = next;
}

std::string_view ClusterNode::node_state() const {
  switch (state_) {
    case State::Booting:
      return "booting";
    case State::Joining:
      return "joining";
    case State::Running:
      return "running";
    case State::Merging:
      return "merging";
    case State::Leaving:
      return "leaving";
    case State::Stopped:
      return "stopped";
  }
  return "unknown";
}

std::string_view ClusterNode::mastership_state() const {
  return mastership_.is_claiming() ? mastership_.state_name() : membership_.state_name();
}

void ClusterNode::start() {
  boot_time_ = environment_.random.between(config_.boot_time_min, config_.boot_time_max);
  node_timer_.arm_after(boot_time_ / 2);
}

// A member binds its port long before it answers: who connects in between waits, and is not
// refused. That is why members that start at the same instant find each other (rule 3 of the
// recordings).
void ClusterNode::bind_port() {
  if (!connections_.listen(config_.port, config_.port_count)) {
    return give_up(JoinFailure::NoPort);
  }
  node_timer_.arm_after(boot_time_ - boot_time_ / 2);
}

void ClusterNode::on_node_timer() {
  if (state_ == State::Booting) {
    return connections_.self() == base::NoEndpoint ? bind_port() : boot();
  }
  if (state_ == State::Running) look_for_all_connections();
}

void ClusterNode::boot() {
  const base::Uuid uuid = environment_.random.uuid();
  membership_.reset(connections_.self(), uuid);
  enter(State::Joining);
  environment_.events.emit(EventKind::MemberStarting,
                           {pack(connections_.self()), uuid.high, uuid.low, 0});
  // The ticks of all parts count from here.
  membership_.start();
  heartbeats_.start();
  split_brain_.start();
  joiner_->start(*this);
  if (service_ != nullptr) service_->start(*this);
  connections_.open();
  joiner_->join(std::nullopt);
}

void ClusterNode::on_join_ended() {
  if (!is_joining()) return;
  const bool was_merging = state_ == State::Merging;
  const bool joined = membership_.is_joined();
  if (was_merging) {
    environment_.events.emit(EventKind::MergeFinished,
                             {pack(merge_target_), joined ? std::uint64_t{1} : 0, 0, 0});
  }
  if (!joined) return give_up(JoinFailure::TimedOut);
  enter(State::Running);
  if (was_merging && service_ != nullptr) service_->on_merged();
  connection_looks_ = 0;
  look_for_all_connections();
}

void ClusterNode::look_for_all_connections() {
  bool all_connected = true;
  for (const MemberInfo& member : membership_.view().members()) {
    if (member.uuid == membership_.uuid() || membership_.is_master()) continue;
    if (!connections_.connect(member.endpoint)) all_connected = false;
  }
  const bool is_large_enough =
      membership_.view().size() >= config_.settings.initial_min_cluster_size;
  const auto looks_max = config_.settings.connect_all_wait / ConnectionLook;
  const bool is_patient = connection_looks_ < looks_max;
  if ((all_connected || !is_patient) && is_large_enough) return become_started();
  ++connection_looks_;
  node_timer_.arm_after(ConnectionLook);
}

void ClusterNode::become_started() {
  is_started_ = true;
  if (std::exchange(is_started_once_, true)) return;
  environment_.events.emit(
      EventKind::MemberStarted,
      {pack(membership_.master()), static_cast<std::uint64_t>(membership_.view().version()), 0, 0});
}

void ClusterNode::give_up(JoinFailure failure) {
  environment_.events.emit(EventKind::JoinFailed, {static_cast<std::uint64_t>(failure), 0, 0, 0});
  stop_parts();
  enter(State::Stopped);
  host_.exit_process(env::ProgramHost::Exit::GaveUp);
}

void ClusterNode::stop_parts() {
  joiner_->stop();
  mastership_.abandon();
  split_brain_.stop();
  heartbeats_.stop();
  membership_.stop();
  monitor_.reset();
  node_timer_.disarm();
  if (service_ != nullptr) service_->stop();
}

void ClusterNode::shut_down() {
  if (state_ == State::Leaving || state_ == State::Stopped) return;
  const bool was_in_cluster = membership_.is_joined();
  enter(State::Leaving);
  environment_.events.emit(EventKind::ShutdownStarted, {});
  node_timer_.disarm();
  if (!was_in_cluster) return on_drained();
  split_brain_.stop();
  joiner_->stop();
  shutdown_.begin();
}

void ClusterNode::on_drained() {
  if (state_ == State::Stopped) return;
  environment_.events.emit(EventKind::ShutdownFinished, {});
  stop_parts();
  enter(State::Stopped);
  host_.exit_process(env::ProgramHost::Exit::Graceful);
}

bool ClusterNode::drain(const base::Uuid& member) {
  return service_ == nullptr || service_->drain(member);
}

void ClusterNode::on_member_drained(const base::Uuid& member) {
  shutdown_.on_member_drained(member);
}

// --- merging ---

void ClusterNode::merge_into(Endpoint target) {
  if (state_ != State::Running) return;
  MergeClusters order;
  order.sender = membership_.uuid();
  order.target = target;
  const Message frame = connections_.encoder().encode(order);
  std::uint64_t told = 0;
  for (const MemberInfo& member : membership_.view().members()) {
    if (member.uuid == membership_.uuid()) continue;
    connections_.send(member.endpoint, frame, Delivery::Queued);
    ++told;
  }
  environment_.events.emit(EventKind::MergeStarted, {pack(target), told, 0, 0});
  leave_for(target);
}

void ClusterNode::on_merge_clusters(Endpoint from, const MergeClusters& message) {
  if (state_ != State::Running || !membership_.is_joined()) return;
  if (from != membership_.master() || message.target == connections_.self()) return;
  environment_.events.emit(EventKind::MergeStarted, {pack(message.target), 0, 0, 0});
  leave_for(message.target);
}

// All of Hazelcast's ClusterMergeTask before the data: the member forgets its cluster, closes its
// connections, takes a new uuid and joins as a newcomer does.
void ClusterNode::leave_for(Endpoint target) {
  enter(State::Merging);
  is_started_ = false;
  merge_target_ = target;
  node_timer_.disarm();
  if (service_ != nullptr) service_->on_leaving_to_merge();
  mastership_.abandon();
  split_brain_.reset();
  joins_.reset();
  shutdown_.reset();
  heartbeats_.reset();
  monitor_.reset();
  joiner_->stop();
  connections_.close_all();
  const base::Uuid old = membership_.uuid();
  const base::Uuid fresh = environment_.random.uuid();
  if (previous_uuids_.size() < PreviousUuidCountMax) previous_uuids_.push_back(old);
  membership_.reset(connections_.self(), config_.bugs.keep_uuid_after_merge ? old : fresh);
  joiner_->join(target);
}

// --- connections ---

void ClusterNode::on_peer_connected(Endpoint peer) {
  monitor_.on_connected(peer);
  joiner_->on_connected(peer);
  split_brain_.on_connected(peer);
}

void ClusterNode::on_peer_unreachable(Endpoint peer, env::CloseReason) {
  if (membership_.is_joined()) {
    monitor_.on_failed(peer);
  } else {
    joiner_->on_unreachable(peer);
  }
  split_brain_.on_unreachable(peer);
}

void ClusterNode::on_peer_lost(Endpoint peer, env::CloseReason) {
  if (membership_.is_joined()) {
    monitor_.on_lost(peer);
  } else if (membership_.master() == peer) {
    membership_.set_master_to_join(base::NoEndpoint);
  }
  split_brain_.on_unreachable(peer);
}

// --- messages ---

namespace {

// Decodes one message and hands it on; false if it is malformed.
template <typename Payload, typename Action>
bool with(const Message& frame, Action action) {
  Payload payload;
  if (!decode(frame, payload)) return false;
  action(payload);
  return true;
}

}  // namespace

bool ClusterNode::on_peer_message(Endpoint peer, MessageType type, const Message& frame) {
  if (state_ == State::Booting || state_ == State::Stopped) return true;
  switch (type) {
    case MessageType::Heartbeat:
    case MessageType::MembersUpdate:
    case MessageType::ExplicitSuspicion:
    case MessageType::ExplicitSuspicionTrigger:
    case MessageType::HeartbeatComplaint:
    case MessageType::FetchMembersView:
    case MessageType::FetchMembersViewAnswer:
      return on_membership_message(peer, type, frame);
    case MessageType::WhoIsMaster:
    case MessageType::MasterAnswer:
    case MessageType::JoinRequest:
    case MessageType::FinalizeJoin:
    case MessageType::JoinMastershipClaim:
    case MessageType::JoinMastershipVote:
    case MessageType::ConfigMismatch:
    case MessageType::JoinRefused:
      return on_join_message(peer, type, frame);
    case MessageType::SplitBrainCheck:
    case MessageType::SplitBrainCheckAnswer:
    case MessageType::MergeClusters:
    case MessageType::ShutdownRequest:
    case MessageType::ShutdownAnswer:
      return on_merge_message(peer, type, frame);
    case MessageType::Bind:
    case MessageType::MulticastAnswer:
      return false;
    default:
      break;
  }
  if (service_ == nullptr || !is_about_data(type)) return false;
  return service_->on_message(peer, type, frame);
}

bool ClusterNode::on_membership_message(Endpoint peer, MessageType type, const Message& frame) {
  switch (type) {
    case MessageType::Heartbeat:
      return with<Heartbeat>(frame,
                             [&](const auto& message) { heartbeats_.on_heartbeat(peer, message); });
    case MessageType::MembersUpdate:
      return with<MembersUpdate>(
          frame, [&](const auto& message) { membership_.on_members_update(peer, message); });
    case MessageType::ExplicitSuspicion:
      return with<ExplicitSuspicion>(
          frame, [&](const auto& message) { membership_.on_explicit_suspicion(peer, message); });
    case MessageType::ExplicitSuspicionTrigger:
      return with<ExplicitSuspicionTrigger>(frame, [&](const auto& message) {
        membership_.on_explicit_suspicion_trigger(peer, message);
      });
    case MessageType::HeartbeatComplaint:
      return with<HeartbeatComplaint>(
          frame, [&](const auto& message) { heartbeats_.on_complaint(peer, message); });
    case MessageType::FetchMembersView:
      return with<FetchMembersView>(
          frame, [&](const auto& message) { on_fetch_members_view(peer, message); });
    case MessageType::FetchMembersViewAnswer:
      return with<FetchMembersViewAnswer>(
          frame, [&](const auto& message) { mastership_.on_answer(peer, message); });
    default:
      return false;
  }
}

bool ClusterNode::on_join_message(Endpoint peer, MessageType type, const Message& frame) {
  const bool is_leaving = state_ == State::Leaving;
  switch (type) {
    case MessageType::WhoIsMaster:
      return with<WhoIsMaster>(frame, [&](const auto& message) {
        if (!is_leaving) joins_.on_who_is_master(peer, message);
      });
    case MessageType::JoinRequest:
      return with<JoinRequest>(frame, [&](const auto& message) {
        if (!is_leaving) joins_.on_join_request(peer, message);
      });
    case MessageType::MasterAnswer:
      return with<MasterAnswer>(frame,
                                [&](const auto& message) { on_master_answer(peer, message); });
    case MessageType::FinalizeJoin:
      return with<FinalizeJoin>(frame,
                                [&](const auto& message) { on_finalize_join(peer, message); });
    case MessageType::JoinMastershipClaim:
      return with<JoinMastershipClaim>(
          frame, [&](const auto& message) { on_mastership_claim(peer, message); });
    case MessageType::JoinMastershipVote:
      return with<JoinMastershipVote>(
          frame, [&](const auto& message) { joiner_->on_vote(peer, message.round, message.yes); });
    case MessageType::ConfigMismatch:
      return with<ConfigMismatch>(frame, [&](const auto&) { joiner_->blacklist(peer, true); });
    case MessageType::JoinRefused:
      return with<JoinRefused>(frame, [&](const auto& message) { on_refused(peer, message); });
    default:
      return false;
  }
}

bool ClusterNode::on_merge_message(Endpoint peer, MessageType type, const Message& frame) {
  switch (type) {
    case MessageType::SplitBrainCheck:
      return with<SplitBrainCheck>(frame, [&](const auto& message) {
        if (state_ == State::Running) split_brain_.on_check(peer, message);
      });
    case MessageType::SplitBrainCheckAnswer:
      return with<SplitBrainCheckAnswer>(
          frame, [&](const auto& message) { split_brain_.on_answer(peer, message); });
    case MessageType::MergeClusters:
      return with<MergeClusters>(frame,
                                 [&](const auto& message) { on_merge_clusters(peer, message); });
    case MessageType::ShutdownRequest:
      return with<ShutdownRequest>(
          frame, [&](const auto& message) { shutdown_.on_request(peer, message); });
    case MessageType::ShutdownAnswer:
      return with<ShutdownAnswer>(frame,
                                  [&](const auto& message) { shutdown_.on_answer(peer, message); });
    default:
      return false;
  }
}

// Hazelcast's handleMasterResponse: which of several answers is believed.
void ClusterNode::on_master_answer(Endpoint from, const MasterAnswer& answer) {
  if (!is_joining() || membership_.is_joined()) return;
  if (answer.master == connections_.self() || answer.master == base::NoEndpoint) return;
  const Endpoint current = membership_.master();
  const bool is_first = current == base::NoEndpoint;
  if (is_first || current == answer.master || current == from) {
    membership_.set_master_to_join(answer.master);
    send_join_request(answer.master);
    if (is_first) joiner_->on_master_known(answer.master);
  } else if (connections_.is_connected(current)) {
    send_join_request(current);
  } else {
    membership_.set_master_to_join(base::NoEndpoint);
  }
}

void ClusterNode::on_finalize_join(Endpoint from, const FinalizeJoin& message) {
  if (!is_joining()) return;
  if (!membership_.is_joined() && from == membership_.master()) {
    heartbeats_.set_master_time(base::WallTime{base::Duration{message.wall_time_ns}});
  }
  if (membership_.finalize_join(from, message)) joiner_->on_joined();
}

void ClusterNode::on_mastership_claim(Endpoint from, const JoinMastershipClaim& claim) {
  JoinMastershipVote vote;
  vote.round = claim.round;
  vote.yes = joiner_->vote(from);
  environment_.events.emit(EventKind::MastershipVote,
                           {pack(from), vote.yes ? std::uint64_t{1} : 0, 0, 0});
  connections_.send(from, connections_.encoder().encode(vote), Delivery::Connected);
}

void ClusterNode::on_fetch_members_view(Endpoint from, const FetchMembersView& message) {
  const FetchMembersViewAnswer answer = membership_.accept_claim(from, message);
  connections_.send(from, connections_.encoder().encode(answer), Delivery::Connected);
}

void ClusterNode::on_refused(Endpoint from, const JoinRefused& message) {
  if (!is_joining() || membership_.is_joined()) return;
  switch (static_cast<JoinRefusal>(message.reason)) {
    case JoinRefusal::JoinerKind:
      return give_up(JoinFailure::ConfigMismatch);
    case JoinRefusal::VersionMismatch:
      return give_up(JoinFailure::VersionMismatch);
    default:
      joiner_->blacklist(from, false);
  }
}

// --- changes of the list ---

void ClusterNode::learn(const MemberInfo& member) {
  if (member.uuid == membership_.uuid()) return;
  const MemberInfo* self = membership_.view().find(membership_.uuid());
  const bool was_there = self != nullptr && member.join_version <= self->join_version;
  joiner_->learn(member.endpoint, was_there ? LearnedFrom::FoundAtJoin : LearnedFrom::JoinedLater);
}

void ClusterNode::on_member_added(const MemberInfo& member) {
  heartbeats_.on_member_added(member);
  learn(member);
}

void ClusterNode::on_member_removed(const MemberInfo& member) {
  heartbeats_.on_member_removed(member);
  joins_.on_member_removed(member);
  learn(member);
}

void ClusterNode::on_view_changed() {
  heartbeats_.on_view_changed();
  if (service_ != nullptr) service_->on_view_changed();
}

void ClusterNode::on_claim_begun() {
  // Whoever waits to be admitted asks again after the claim.
  joins_.reset();
  mastership_.claim();
}

// --- what the joiner asks of us ---

Delivery ClusterNode::send_delivery() const {
  return waits_for_connection(config_.settings) ? Delivery::Queued : Delivery::Connected;
}

JoinMessage ClusterNode::join_message() const {
  JoinMessage message;
  message.endpoint = connections_.self();
  message.uuid = membership_.uuid();
  message.cluster_name = config_.cluster_name;
  message.version = config_.version;
  message.joiner = config_.joiner;
  message.data_member = config_.data_member;
  return message;
}

SplitBrainCheck ClusterNode::split_brain_message() {
  SplitBrainCheck message;
  message.from = join_message();
  message.view_version = membership_.view().version();
  message.data_member_count = membership_.view().data_member_count();
  message.members.reserve(membership_.view().size());
  for (const MemberInfo& member : membership_.view().members()) {
    message.members.push_back(member.endpoint);
  }
  return message;
}

bool ClusterNode::is_member(Endpoint endpoint) const {
  return membership_.is_member(endpoint);
}

std::optional<Endpoint> ClusterNode::master_to_join() const {
  if (membership_.master() == base::NoEndpoint) return std::nullopt;
  return membership_.master();
}

void ClusterNode::set_master_to_join(std::optional<Endpoint> master) {
  if (!membership_.is_joined()) {
    membership_.set_master_to_join(master.value_or(base::NoEndpoint));
  }
}

void ClusterNode::become_master() {
  if (!membership_.is_joined()) membership_.become_master();
}

bool ClusterNode::is_connected(Endpoint peer) const {
  return connections_.is_connected(peer);
}

bool ClusterNode::connect(Endpoint peer) {
  return connections_.connect(peer);
}

void ClusterNode::send_who_is_master(Endpoint peer) {
  WhoIsMaster message;
  message.from = join_message();
  connections_.send(peer, connections_.encoder().encode(message), send_delivery());
}

void ClusterNode::send_join_request(Endpoint master) {
  JoinRequest request;
  request.from = join_message();
  connections_.send(master, connections_.encoder().encode(request), send_delivery());
}

void ClusterNode::send_mastership_claim(Endpoint peer, std::uint32_t round) {
  JoinMastershipClaim claim;
  claim.round = round;
  connections_.send(peer, connections_.encoder().encode(claim), send_delivery());
}

void ClusterNode::check_merge(Endpoint target) {
  split_brain_.check(target);
}

void ClusterNode::on_search_ended() {
  split_brain_.on_search_ended();
}

}  // namespace splitscope::schemes
