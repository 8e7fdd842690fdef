#include "schemes/membership/heartbeat_manager.hpp"

#include <algorithm>
#include <utility>

#include "engine/base/assert.hpp"

namespace splitscope::schemes {

using base::Duration;
using base::Endpoint;
using base::EventKind;
using base::WallTime;

namespace {

// How long a tick takes that is made up for.
constexpr Duration MadeUpGap = std::chrono::milliseconds{10};

// How far ahead of a heartbeat what it needs is fetched.
constexpr std::uint32_t SendsAhead = 4;

Duration magnitude(Duration duration) {
  return duration < Duration::zero() ? -duration : duration;
}

}  // namespace

HeartbeatManager::HeartbeatManager(env::Environment environment, const NodeConfig& config,
                                   ConnectionManager& connections, MembershipManager& membership)
    : environment_(environment),
      config_(config),
      connections_(connections),
      membership_(membership),
      tick_timer_(environment.timers, base::Callback::to<&HeartbeatManager::on_tick>(*this)),
      soon_timer_(environment.timers, base::Callback::to<&HeartbeatManager::on_beat_soon>(*this)),
      detector_(config.settings),
      disconnections_(config.settings.partial_disconnection_heartbeat_count *
                      config.settings.heartbeat_interval) {}

void HeartbeatManager::start() {
  watched_.set_owner(connections_.self().address);
  next_tick_ = environment_.clock.now() + config_.settings.heartbeat_interval;
  tick_timer_.arm_at(next_tick_);
}

void HeartbeatManager::stop() {
  tick_timer_.disarm();
  soon_timer_.disarm();
}

void HeartbeatManager::reset() {
  disconnections_.clear();
  watched_.clear();
  soon_timer_.disarm();
}

WallTime HeartbeatManager::cluster_time() const {
  return environment_.clock.wall_now() + clock_offset_;
}

void HeartbeatManager::set_master_time(WallTime master_time) {
  clock_offset_ = master_time - environment_.clock.wall_now();
}

void HeartbeatManager::on_member_added(const MemberInfo& member) {
  if (member.uuid == membership_.uuid()) return;
  watched_.add({member.endpoint, member.uuid, detector_.watch(cluster_time())});
}

void HeartbeatManager::on_member_removed(const MemberInfo& member) {
  disconnections_.forget(member.uuid);
  watched_.remove(member.uuid);
}

void HeartbeatManager::on_view_changed() {
  soon_timer_.arm_at(environment_.clock.now());
}

void HeartbeatManager::on_tick() {
  // A fixed grid from the start. Ticks that passed during a pause are made up for one after
  // another, as Java's executor does: after the first one connections are begun, the later ones use
  // them.
  const base::Instant now = environment_.clock.now();
  next_tick_ += config_.settings.heartbeat_interval;
  const bool is_late = next_tick_ <= now;
  tick_timer_.arm_at(is_late ? now + MadeUpGap : next_tick_);
  beat();
}

void HeartbeatManager::on_beat_soon() {
  beat();
}

void HeartbeatManager::beat() {
  if (!membership_.is_joined()) return;
  look_at_clock();
  if (watched_.is_empty()) return;
  const WallTime now = cluster_time();
  Heartbeat heartbeat;
  heartbeat.sender = membership_.metadata();
  heartbeat.wall_time_ns = now.time_since_epoch().count();
  const base::Message frame = connections_.encoder().encode(heartbeat);
  const bool has_suspects = !membership_.suspects().empty();
  const bool tells_master = has_suspects && disconnections_.is_on() && !membership_.is_master();
  base::Message to_master = frame;
  if (tells_master) {
    heartbeat.lost.assign(membership_.suspects().begin(), membership_.suspects().end());
    to_master = connections_.encoder().encode(heartbeat);
  }
  // Connections are in the order of endpoints too, mostly without any to others than members.
  std::uint32_t hint = 0;
  for (std::uint32_t at = 0; at < watched_.size(); ++at, ++hint) {
    if (at + SendsAhead < watched_.size()) {
      connections_.expect_send(watched_[at + SendsAhead].endpoint, hint + SendsAhead);
    }
    Watched& watched = watched_[at];
    if (has_suspects && membership_.is_suspected(watched.uuid)) continue;
    if (detector_.is_alive(watched.heard, now)) {
      const bool is_told = tells_master && watched.endpoint == membership_.master();
      connections_.send(watched.endpoint, is_told ? to_master : frame, hint);
    } else {
      silent_.push_back({watched.uuid, watched.heard.last});
    }
  }
  if (!silent_.empty()) suspect_silent(now);
  if (disconnections_.is_on()) resolve_disconnections();
}

// Members tell the master whom they lost; it drops the fewest members so that all others see each
// other.
void HeartbeatManager::resolve_disconnections() {
  if (!membership_.is_master() || membership_.is_claiming()) return;
  if (!disconnections_.is_due(environment_.clock.now())) return;
  for (const base::Uuid& uuid : disconnections_.resolve(environment_.random)) {
    membership_.suspect(uuid, SuspicionReason::PartialDisconnection, true);
  }
}

// In the order of the list: the first suspicion may begin a claim that the others are not in yet.
void HeartbeatManager::suspect_silent(WallTime now) {
  const MembersView view = membership_.view();
  for (const MemberInfo& member : view.members()) {
    const auto found = std::ranges::find(silent_, member.uuid, &Silent::uuid);
    if (found == silent_.end()) continue;
    const Duration silence = now - found->last_heard;
    environment_.events.emit(
        EventKind::HeartbeatMissed,
        {pack(member.endpoint), static_cast<std::uint64_t>(silence.count()), 0, 0});
    membership_.suspect(member.uuid, SuspicionReason::NoHeartbeat, true);
  }
  silent_.clear();
}

void HeartbeatManager::look_at_clock() {
  const WallTime now = environment_.clock.wall_now();
  if (has_beaten_) {
    const ClockCheck check = check_clock(last_beat_, now, config_.settings.heartbeat_interval,
                                         config_.settings.max_no_heartbeat);
    // Unless the master's heartbeat has corrected the cluster clock already.
    const bool is_corrected = magnitude(clock_offset_seen_ - clock_offset_) >= ClockJumpThreshold;
    if (check.shifts_offset && !is_corrected) clock_offset_ -= check.jump;
    if (check.resets_heartbeats) {
      for (std::uint32_t at = 0; at < watched_.size(); ++at) {
        detector_.heartbeat(watched_[at].heard, cluster_time());
      }
      environment_.events.emit(EventKind::HeartbeatReset,
                               {static_cast<std::uint64_t>(check.jump.count()), 0, 0, 0});
    }
  }
  clock_offset_seen_ = clock_offset_;
  last_beat_ = now;
  has_beaten_ = true;
}

void HeartbeatManager::on_heartbeat(Endpoint from, const Heartbeat& heartbeat) {
  if (heartbeat.sender.member != from) return;
  // Meant for who was here before us.
  if (!membership_.is_joined()) return membership_.send_explicit_suspicion(heartbeat.sender);
  Watched* watched = watched_.find(from);
  if (watched == nullptr || watched->uuid != heartbeat.sender.member_uuid) {
    return on_invalid(heartbeat.sender);
  }
  const WallTime sent{Duration{heartbeat.wall_time_ns}};
  WallTime now = cluster_time();
  // Expired ones are of before a pause.
  if (!is_heartbeat_timely(sent, now, config_.settings.max_no_heartbeat)) return;
  if (from == membership_.master()) {
    set_master_time(sent);
    now = cluster_time();
  }
  detector_.heartbeat(watched->heard, now);
  if (!membership_.suspects().empty()) membership_.clear_suspicion(watched->uuid);
  if (disconnections_.is_on()) {
    disconnections_.update(heartbeat.sender.member_uuid, heartbeat.lost, environment_.clock.now());
  }
}

void HeartbeatManager::on_invalid(const ViewMetadata& sender) {
  if (membership_.is_master()) {
    if (membership_.is_claiming()) return;
    const MemberInfo stranger{.uuid = sender.member_uuid, .endpoint = sender.member};
    if (config_.bugs.readmit_the_removed) return membership_.admit({&stranger, 1});
    return membership_.send_explicit_suspicion(sender);
  }
  const MemberInfo* master = membership_.view().find(membership_.master());
  if (master == nullptr || membership_.is_suspected(master->uuid)) return;
  HeartbeatComplaint complaint;
  complaint.receiver = membership_.metadata();
  complaint.sender = sender;
  connections_.send(master->endpoint, connections_.encoder().encode(complaint),
                    Delivery::Connected);
}

void HeartbeatManager::on_complaint(Endpoint from, const HeartbeatComplaint& complaint) {
  const ViewMetadata& receiver = complaint.receiver;
  const ViewMetadata& sender = complaint.sender;
  if (!membership_.is_joined() || !membership_.is_master() || membership_.is_claiming()) return;
  if (receiver.member != from || sender.member == receiver.member) return;
  const bool sender_follows = membership_.is_follower(sender);
  const bool receiver_follows = membership_.is_follower(receiver);
  if (sender_follows && receiver_follows) {
    membership_.send_view_to(sender.member);
    membership_.send_view_to(receiver.member);
    return;
  }
  if (!receiver_follows) membership_.send_explicit_suspicion(receiver);
  if (!sender_follows) membership_.send_explicit_suspicion(sender);
  if (sender_follows) membership_.send_explicit_suspicion_trigger(sender.member, receiver);
  if (receiver_follows) membership_.send_explicit_suspicion_trigger(receiver.member, sender);
}

}  // namespace splitscope::schemes
