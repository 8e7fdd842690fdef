#include "schemes/membership/connection_monitor.hpp"

#include <algorithm>

namespace splitscope::schemes {

using base::Endpoint;

bool FaultCount::on_fault(base::Instant now, base::Duration interval, std::uint32_t faults_max) {
  if (last_ && now - *last_ <= interval) return false;
  last_ = now;
  return count_++ >= faults_max;
}

ConnectionMonitor::ConnectionMonitor(env::Environment environment, const NodeConfig& config,
                                     ConnectionManager& connections, MembershipManager& membership)
    : environment_(environment),
      config_(config),
      connections_(connections),
      membership_(membership),
      timer_(environment.timers, base::Callback::to<&ConnectionMonitor::on_timer>(*this)) {}

ConnectionMonitor::Watch& ConnectionMonitor::watch(Endpoint endpoint) {
  auto place = std::lower_bound(
      watches_.begin(), watches_.end(), endpoint,
      [](const Watch& entry, const Endpoint& value) { return entry.endpoint < value; });
  if (place == watches_.end() || place->endpoint != endpoint) {
    Watch fresh;
    fresh.endpoint = endpoint;
    place = watches_.insert(place, fresh);
  }
  return *place;
}

void ConnectionMonitor::reset() {
  watches_.clear();
  timer_.disarm();
}

void ConnectionMonitor::on_connected(Endpoint peer) {
  std::erase_if(watches_, [peer](const Watch& entry) { return entry.endpoint == peer; });
}

void ConnectionMonitor::on_lost(Endpoint peer) {
  if (!membership_.is_member(peer)) return;
  add_fault(peer);
  if (membership_.is_member(peer)) connections_.connect(peer);
}

void ConnectionMonitor::on_failed(Endpoint peer) {
  if (!membership_.is_member(peer)) return;
  add_fault(peer);
  if (!membership_.is_member(peer)) return;
  const base::Duration lateness = environment_.random.between(LatenessMin, LatenessMax);
  watch(peer).retry_at =
      environment_.clock.now() + config_.settings.connection_monitor_interval + lateness;
  arm();
}

void ConnectionMonitor::add_fault(Endpoint peer) {
  const bool too_many = watch(peer).faults.on_fault(environment_.clock.now(),
                                                    config_.settings.connection_monitor_interval,
                                                    config_.settings.connection_monitor_max_faults);
  if (!too_many || connections_.is_connected(peer)) return;
  const MemberInfo* member = membership_.view().find(peer);
  if (member != nullptr) {
    membership_.suspect(member->uuid, SuspicionReason::NoConnection, false);
  }
}

void ConnectionMonitor::arm() {
  base::Instant next = base::EndOfTime;
  for (const Watch& entry : watches_) next = std::min(next, entry.retry_at);
  if (next == base::EndOfTime) {
    timer_.disarm();
  } else {
    timer_.arm_at(next);
  }
}

void ConnectionMonitor::on_timer() {
  const base::Instant now = environment_.clock.now();
  // Who left the list meanwhile is not watched any more.
  std::erase_if(watches_,
                [this](const Watch& entry) { return !membership_.is_member(entry.endpoint); });
  for (Watch& entry : watches_) {
    if (entry.retry_at > now) continue;
    entry.retry_at = base::EndOfTime;
    connections_.connect(entry.endpoint);
  }
  arm();
}

}  // namespace splitscope::schemes
