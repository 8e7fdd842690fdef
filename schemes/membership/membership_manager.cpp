#include "schemes/membership/membership_manager.hpp"

#include <algorithm>

#include "engine/base/assert.hpp"
#include "schemes/membership/claim_rules.hpp"

namespace splitscope::schemes {

namespace {

// For a planted bug: the newest member is put behind the master.
MembersView with_last_first(const MembersView& view) {
  std::vector<MemberInfo> members(view.members().begin(), view.members().end());
  if (members.size() > 2) std::rotate(members.begin() + 1, members.end() - 1, members.end());
  return MembersView::make(view.version(), std::move(members)).value_or(view);
}

}  // namespace

using base::Endpoint;
using base::EventKind;
using base::Uuid;

MembershipManager::MembershipManager(env::Environment environment, const NodeConfig& config,
                                     ConnectionManager& connections, MembershipListener& listener)
    : environment_(environment),
      config_(config),
      connections_(connections),
      listener_(listener),
      publish_timer_(environment.timers,
                     base::Callback::to<&MembershipManager::on_publish_tick>(*this)) {}

void MembershipManager::reset(Endpoint self, Uuid uuid) {
  state_ = State::NotJoined;
  self_ = self;
  uuid_ = uuid;
  master_ = base::NoEndpoint;
  suspects_.clear();
  view_ = MembersView{};
}

void MembershipManager::start() {
  publish_timer_.arm_after(config_.settings.member_list_publish_interval);
}

void MembershipManager::stop() {
  publish_timer_.disarm();
}

void MembershipManager::enter(State next) {
  const bool allowed = (state_ == State::NotJoined && next != State::Claiming) ||
                       (state_ == State::Member && next == State::Claiming) ||
                       (state_ == State::Claiming && next == State::Master);
  SPLITSCOPE_ASSERT(allowed);
  state_ = next;
}

std::string_view MembershipManager::state_name() const {
  switch (state_) {
    case State::NotJoined:
      return "not joined";
    case State::Member:
      return "member";
    case State::Claiming:
      return "claiming";
    case State::Master:
      return "master";
  }
  return "unknown";
}

void MembershipManager::set_master_to_join(Endpoint master) {
  SPLITSCOPE_ASSERT(!is_joined());
  if (master_ != base::NoEndpoint) last_asked_ = master_;
  master_ = master;
}

bool MembershipManager::is_suspected(const Uuid& uuid) const {
  return std::find(suspects_.begin(), suspects_.end(), uuid) != suspects_.end();
}

ViewMetadata MembershipManager::metadata() const {
  ViewMetadata metadata;
  metadata.member = self_;
  metadata.member_uuid = uuid_;
  metadata.master = master_;
  if (const MemberInfo* master = view_.find(master_)) metadata.master_uuid = master->uuid;
  metadata.version = view_.version();
  return metadata;
}

bool MembershipManager::is_follower(const ViewMetadata& sender) const {
  const MemberInfo* member = view_.find(sender.member_uuid);
  return member != nullptr && member->endpoint == sender.member && sender.master == self_;
}

void MembershipManager::become_master() {
  SPLITSCOPE_ASSERT(state_ == State::NotJoined);
  enter(State::Master);
  MemberInfo self;
  self.uuid = uuid_;
  self.endpoint = self_;
  self.data_member = config_.data_member;
  master_ = self_;
  apply(MembersView::founded_by(self), RemovalReason::Published);
  emit_master_changed();
  environment_.events.emit(EventKind::MemberJoined,
                           {pack(self_), static_cast<std::uint64_t>(view_.version()), 0, 0});
}

bool MembershipManager::finalize_join(Endpoint master, const FinalizeJoin& message) {
  // A joiner whose time for one round is up asks anew who is master. An admission that crosses that
  // question on the way counts: no recorded joiner ever stayed out because of it.
  const bool crossed = master_ == base::NoEndpoint && last_asked_ == master;
  if (is_joined() || (master_ != master && !crossed) || message.receiver != uuid_) return false;
  const MemberInfo* self = message.view.find(uuid_);
  if (self == nullptr || self->endpoint != self_ || !message.view.contains(message.sender)) {
    return false;
  }
  master_ = master;
  enter(State::Member);
  apply(message.view, RemovalReason::Published);
  emit_master_changed();
  environment_.events.emit(EventKind::MemberJoined,
                           {pack(master), static_cast<std::uint64_t>(view_.version()), 0, 0});
  return true;
}

bool MembershipManager::on_members_update(Endpoint from, const MembersUpdate& update) {
  if (!is_joined()) return false;
  if (from != master_ && !config_.bugs.obey_any_master) {
    // Whoever it is, it takes us for its member: tell it that we are not. Not while we claim, when
    // the old master's last words may still arrive.
    if (!is_claiming()) {
      send_explicit_suspicion({from, update.sender, from, update.sender, update.view.version()});
    }
    return false;
  }
  const ViewUpdate judgement = judge_update(view_, update.view, uuid_);
  if (judgement != ViewUpdate::Apply) return false;
  apply(update.view, RemovalReason::Published);
  return true;
}

void MembershipManager::admit(std::span<const MemberInfo> joiners) {
  SPLITSCOPE_ASSERT(is_joined());
  MembersView next = view_.with_added(joiners);
  if (config_.bugs.reorder_view_on_join) next = with_last_first(next);
  if (config_.bugs.admit_without_version) next = next.with_version(view_.version());
  apply(next, RemovalReason::Published);
}

void MembershipManager::apply(const MembersView& next, RemovalReason reason) {
  const MembersView previous = std::exchange(view_, next);
  const ViewChange change = difference(previous, view_);
  retain_suspects();
  for (const MemberInfo& member : change.removed) {
    emit_member(EventKind::MemberRemoved, member, static_cast<std::uint64_t>(reason));
    listener_.on_member_removed(member);
  }
  for (const MemberInfo& member : change.added) {
    emit_member(EventKind::MemberAdded, member, view_.index_of(member.uuid));
    listener_.on_member_added(member);
  }
  environment_.events.emit(EventKind::ViewChanged,
                           {static_cast<std::uint64_t>(view_.version()), view_.size(),
                            view_.list_hash(), pack(master_)});
  listener_.on_view_changed();
}

void MembershipManager::set_master(Endpoint master) {
  if (master_ == master) return;
  master_ = master;
  emit_master_changed();
}

void MembershipManager::emit_master_changed() {
  const MemberInfo* member = view_.find(master_);
  const Uuid uuid = member == nullptr ? Uuid{} : member->uuid;
  environment_.events.emit(EventKind::MasterChanged, {pack(master_), uuid.high, uuid.low, 0});
}

void MembershipManager::suspect(const Uuid& uuid, SuspicionReason reason, bool close_connection) {
  if (!is_joined() || uuid == uuid_) return;
  const MemberInfo* found = view_.find(uuid);
  if (found == nullptr) return;
  const MemberInfo member = *found;
  if (close_connection) connections_.close(member.endpoint);
  if (state_ == State::Master) {
    remove(member, removal_for(reason));
    return;
  }
  add_suspicion(member, reason);
  try_begin_claim();
}

void MembershipManager::remove(const MemberInfo& member, RemovalReason reason) {
  if (config_.bugs.never_remove_the_dead) return;
  MembersView next = view_.without({&member.uuid, 1});
  if (config_.bugs.forget_view_version) next = next.with_version(view_.version());
  apply(next, reason);
  publish(Delivery::Connected);
}

void MembershipManager::add_suspicion(const MemberInfo& member, SuspicionReason reason) {
  if (is_suspected(member.uuid)) return;
  emit_member(EventKind::MemberSuspected, member, static_cast<std::uint64_t>(reason));
  suspects_.push_back(member.uuid);
}

void MembershipManager::try_begin_claim() {
  const auto is_suspect = [this](const Uuid& uuid) { return is_suspected(uuid); };
  if (state_ != State::Member || !should_claim_mastership(view_, uuid_, is_suspect)) return;
  enter(State::Claiming);
  set_master(self_);
  listener_.on_claim_begun();
}

bool MembershipManager::is_before_master(const Uuid& member) const {
  const MemberInfo* master = view_.find(master_);
  return master != nullptr && view_.index_of(member) < view_.index_of(master->uuid);
}

bool MembershipManager::clear_suspicion(const Uuid& uuid) {
  const auto found = std::find(suspects_.begin(), suspects_.end(), uuid);
  if (found == suspects_.end()) return true;
  const MemberInfo* member = view_.find(uuid);
  SPLITSCOPE_ASSERT(member != nullptr);
  // Who is older than the present master stays suspected: there would be two.
  if (is_before_master(uuid)) return false;
  suspects_.erase(found);
  emit_member(EventKind::SuspicionCleared, *member, 0);
  return true;
}

void MembershipManager::retain_suspects() {
  std::erase_if(suspects_, [this](const Uuid& uuid) { return view_.find(uuid) == nullptr; });
}

void MembershipManager::on_explicit_suspicion(Endpoint from, const ExplicitSuspicion& message) {
  if (!is_joined()) return;
  // Else it answers a list that we have left behind.
  const MemberInfo* listed = view_.find(from);
  const bool is_admitted = listed != nullptr && listed->uuid == message.joining;
  const bool is_of_present_list = message.expected == metadata() && !is_admitted;
  environment_.events.emit(EventKind::ExplicitSuspicion,
                           {pack(from), is_of_present_list ? std::uint64_t{1} : 0, 0, 0});
  if (!is_of_present_list || config_.bugs.ignore_explicit_suspicion) return;
  if (listed == nullptr) return;
  suspect(listed->uuid, SuspicionReason::ExplicitSuspicion, true);
}

void MembershipManager::on_explicit_suspicion_trigger(Endpoint from,
                                                      const ExplicitSuspicionTrigger& message) {
  if (!is_joined() || from != master_ || message.version != view_.version()) return;
  send_explicit_suspicion(message.suspect);
}

void MembershipManager::send_explicit_suspicion(const ViewMetadata& to) {
  if (to.member == self_) return;
  ExplicitSuspicion message;
  message.expected = to;
  if (!is_joined()) message.joining = uuid_;
  connections_.send(to.member, connections_.encoder().encode(message), Delivery::Queued);
}

void MembershipManager::send_explicit_suspicion_trigger(Endpoint to, const ViewMetadata& suspect) {
  if (to == self_) return;
  ExplicitSuspicionTrigger message;
  message.version = view_.version();
  message.suspect = suspect;
  connections_.send(to, connections_.encoder().encode(message), Delivery::Connected);
}

void MembershipManager::send_view_to(Endpoint member) {
  if (state_ != State::Master || member == self_ || !is_member(member)) return;
  MembersUpdate update;
  update.sender = uuid_;
  update.view = view_;
  connections_.send(member, connections_.encoder().encode(update), Delivery::Connected);
}

void MembershipManager::publish(Delivery delivery) {
  const bool may =
      state_ == State::Master || (config_.bugs.publish_by_non_master && state_ == State::Member);
  if (!may || view_.size() < 2) return;
  MembersUpdate update;
  update.sender = uuid_;
  update.view = view_;
  const base::Message frame = connections_.encoder().encode(update);
  for (const MemberInfo& member : view_.members()) {
    if (member.uuid != uuid_) connections_.send(member.endpoint, frame, delivery);
  }
  environment_.events.emit(EventKind::ListPublished,
                           {static_cast<std::uint64_t>(view_.version()), view_.size() - 1, 0, 0});
}

void MembershipManager::on_publish_tick() {
  publish_timer_.arm_after(config_.settings.member_list_publish_interval);
  publish(Delivery::Connected);
}

FetchMembersViewAnswer MembershipManager::accept_claim(Endpoint from,
                                                       const FetchMembersView& message) {
  using Verdict = FetchMembersViewAnswer::Verdict;
  FetchMembersViewAnswer answer;
  answer.round = message.round;
  answer.sender = uuid_;
  const MemberInfo* candidate = view_.find(message.sender);
  const bool is_ours = is_joined() && message.receiver == uuid_ && !is_master() &&
                       candidate != nullptr && candidate->endpoint == from;
  if (!is_ours) return answer;
  const auto is_suspect = [this](const Uuid& uuid) { return is_suspected(uuid); };
  answer.verdict = config_.bugs.accept_any_claim
                       ? Verdict::Accepted
                       : judge_claimant(view_, candidate->uuid, is_suspect);
  if (answer.verdict != Verdict::Accepted) return answer;
  // A younger one was accepted before.
  if (!clear_suspicion(candidate->uuid)) {
    answer.verdict = Verdict::Refused;
    return answer;
  }
  set_master(from);
  answer.view = view_;
  return answer;
}

void MembershipManager::finish_claim(const MembersView& decided) {
  SPLITSCOPE_ASSERT(state_ == State::Claiming);
  enter(State::Master);
  apply(decided, RemovalReason::MastershipClaim);
  publish(Delivery::Queued);
}

void MembershipManager::raise_version_above(std::int32_t version) {
  if (state_ != State::Master || view_.version() >= version) return;
  apply(view_.with_version(version + 1), RemovalReason::Published);
  publish(Delivery::Connected);
}

void MembershipManager::emit_member(EventKind kind, const MemberInfo& member,
                                    std::uint64_t argument) {
  environment_.events.emit(kind,
                           {pack(member.endpoint), member.uuid.high, member.uuid.low, argument});
}

}  // namespace splitscope::schemes
