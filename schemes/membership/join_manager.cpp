#include "schemes/membership/join_manager.hpp"

#include <algorithm>

namespace splitscope::schemes {

using base::Endpoint;
using base::EventKind;

JoinManager::JoinManager(env::Environment environment, const NodeConfig& config,
                         ConnectionManager& connections, MembershipManager& membership,
                         const HeartbeatManager& heartbeats)
    : environment_(environment),
      config_(config),
      connections_(connections),
      membership_(membership),
      heartbeats_(heartbeats),
      window_(config.settings.wait_before_join, config.settings.max_wait_before_join) {}

void JoinManager::reset() {
  window_.close();
  joiners_.clear();
}

std::string_view JoinManager::state_name() const {
  return joiners_.empty() ? "open" : "waiting for more";
}

void JoinManager::on_who_is_master(Endpoint from, const WhoIsMaster& message) {
  if (message.from.endpoint != from || !check_config(from, message.from)) return;
  if (!membership_.is_joined()) return;
  if (!answer_existing(from, message.from)) send_master_answer(from);
}

void JoinManager::on_join_request(Endpoint from, const JoinRequest& message) {
  const JoinMessage& joiner = message.from;
  if (!membership_.is_joined() || joiner.endpoint != from || !check_config(from, joiner)) return;
  const bool is_mine = membership_.is_master() || config_.bugs.answer_joins_when_not_master;
  // The master itself may have lost us and want to come back: then it is treated as a joiner.
  if (!is_mine && from != membership_.master()) {
    refuse(from, JoinRefusal::NotMaster);
    return send_master_answer(from);
  }
  if (membership_.is_claiming()) return refuse(from, JoinRefusal::JoinInProgress);
  if (answer_existing(from, joiner)) return;
  if (!is_mine) return;
  if (is_recent(joiner.uuid)) return refuse(from, JoinRefusal::RecentlyLeft);
  if (joiner.version.major != config_.version.major ||
      joiner.version.minor != config_.version.minor) {
    refuse(from, JoinRefusal::VersionMismatch);
    return tell_refusal(from, JoinRefusal::VersionMismatch);
  }
  if (joiners_.size() >= JoinerCountMax) return refuse(from, JoinRefusal::TooManyJoiners);
  const base::Instant now = environment_.clock.now();
  if (add_joiner(joiner)) {
    window_.on_new_joiner(now);
    // Hazelcast names itself to a new joiner; that asks at once again.
    send_master_answer(from);
  }
  if (window_.is_due(now)) open_doors();
}

bool JoinManager::add_joiner(const JoinMessage& joiner) {
  const auto found = std::find_if(joiners_.begin(), joiners_.end(), [&](const MemberInfo& other) {
    return other.endpoint == joiner.endpoint;
  });
  MemberInfo info;
  info.uuid = joiner.uuid;
  info.endpoint = joiner.endpoint;
  info.data_member = joiner.data_member;
  if (found == joiners_.end()) {
    joiners_.push_back(info);
    return true;
  }
  // A process that restarted while it waited keeps its place.
  *found = info;
  return false;
}

bool JoinManager::check_config(Endpoint from, const JoinMessage& message) {
  if (message.cluster_name != config_.cluster_name) {
    refuse(from, JoinRefusal::ClusterName);
    ConfigMismatch mismatch;
    mismatch.cluster_name = config_.cluster_name;
    connections_.send(from, connections_.encoder().encode(mismatch), Delivery::Connected);
    return false;
  }
  if (message.joiner != config_.joiner) {
    refuse(from, JoinRefusal::JoinerKind);
    tell_refusal(from, JoinRefusal::JoinerKind);
    return false;
  }
  return true;
}

bool JoinManager::answer_existing(Endpoint from, const JoinMessage& message) {
  const MemberInfo* by_uuid = membership_.view().find(message.uuid);
  if (by_uuid != nullptr && by_uuid->endpoint != from) {
    refuse(from, JoinRefusal::DuplicateUuid);
    return true;
  }
  const MemberInfo* by_endpoint = membership_.view().find(from);
  if (by_endpoint == nullptr) return false;
  if (by_endpoint->uuid == message.uuid) {
    answer_member_again(from, *by_endpoint);
    return true;
  }
  // A new process at the address of a member: the old one is dead. The master's removal lets the
  // next request in; a member whose master restarted may have to claim the mastership first.
  refuse(from, JoinRefusal::AlreadyMember);
  if (membership_.is_master() || from == membership_.master()) {
    membership_.suspect(by_endpoint->uuid, SuspicionReason::Restarted, false);
  }
  return true;
}

// It is listed but does not know: the first FinalizeJoin was lost.
void JoinManager::answer_member_again(Endpoint from, const MemberInfo& member) {
  // Hazelcast's master names itself too, and is asked again at once; with a FinalizeJoin that keeps
  // getting lost that would go on without a pause.
  if (!membership_.is_master()) return send_master_answer(from);
  if (!membership_.is_claiming()) send_finalize_join(member);
}

void JoinManager::send_master_answer(Endpoint to) {
  const Endpoint master = membership_.master();
  if (master == base::NoEndpoint || master == to) return;
  MasterAnswer answer;
  answer.master = master;
  connections_.send(to, connections_.encoder().encode(answer), Delivery::Connected);
}

void JoinManager::send_finalize_join(const MemberInfo& member) {
  FinalizeJoin message;
  message.sender = membership_.uuid();
  message.receiver = member.uuid;
  message.view = membership_.view();
  message.cluster_version = config_.version;
  message.wall_time_ns = heartbeats_.cluster_time().time_since_epoch().count();
  connections_.send(member.endpoint, connections_.encoder().encode(message), Delivery::Queued);
}

void JoinManager::open_doors() {
  const std::vector<MemberInfo> joiners = std::exchange(joiners_, {});
  window_.close();
  const MembersView before = membership_.view();
  membership_.admit(joiners);
  for (const MemberInfo& joiner : joiners) {
    if (membership_.view().contains(joiner.uuid)) send_finalize_join(joiner);
  }
  if (before.size() < 2) return;
  MembersUpdate update;
  update.sender = membership_.uuid();
  update.view = membership_.view();
  const base::Message frame = connections_.encoder().encode(update);
  for (const MemberInfo& member : before.members()) {
    if (member.uuid == membership_.uuid()) continue;
    connections_.send(member.endpoint, frame, Delivery::Queued);
  }
  environment_.events.emit(
      EventKind::ListPublished,
      {static_cast<std::uint64_t>(update.view.version()), before.size() - 1, 0, 0});
}

void JoinManager::on_member_removed(const MemberInfo& member) {
  std::erase_if(joiners_,
                [&](const MemberInfo& joiner) { return joiner.endpoint == member.endpoint; });
  remember(member.uuid);
}

void JoinManager::remember(const base::Uuid& uuid) {
  if (recent_.size() >= RecentUuidCountMax) recent_.erase(recent_.begin());
  recent_.push_back({uuid, environment_.clock.now() + config_.settings.stale_join_prevention});
}

bool JoinManager::is_recent(const base::Uuid& uuid) {
  const base::Instant now = environment_.clock.now();
  std::erase_if(recent_, [now](const Recent& entry) { return entry.until <= now; });
  return std::any_of(recent_.begin(), recent_.end(),
                     [&](const Recent& entry) { return entry.uuid == uuid; });
}

void JoinManager::refuse(Endpoint joiner, JoinRefusal reason) {
  environment_.events.emit(EventKind::JoinRequestRefused,
                           {pack(joiner), static_cast<std::uint64_t>(reason), 0, 0});
}

void JoinManager::tell_refusal(Endpoint joiner, JoinRefusal reason) {
  JoinRefused message;
  message.reason = static_cast<std::uint8_t>(reason);
  connections_.send(joiner, connections_.encoder().encode(message), Delivery::Connected);
}

}  // namespace splitscope::schemes
