#include "schemes/membership/graceful_shutdown.hpp"

#include <algorithm>
#include <utility>

namespace splitscope::schemes {

using base::Endpoint;

GracefulShutdown::GracefulShutdown(env::Environment environment, const NodeConfig& config,
                                   ConnectionManager& connections, MembershipManager& membership,
                                   ShutdownHost& host)
    : environment_(environment),
      config_(config),
      connections_(connections),
      membership_(membership),
      host_(host),
      timer_(environment.timers, base::Callback::to<&GracefulShutdown::on_timer>(*this)) {}

base::Instant GracefulShutdown::draw_begin() {
  const Behaviour& behaviour = config_.settings.behaviour;
  return environment_.clock.now() +
         environment_.random.between(behaviour.shutdown_pause_min, behaviour.shutdown_pause_max);
}

void GracefulShutdown::begin() {
  if (is_leaving_) return;
  is_leaving_ = true;
  give_up_at_ = environment_.clock.now() + config_.settings.graceful_shutdown_max_wait;
  ask();
}

void GracefulShutdown::ask() {
  const base::Instant now = environment_.clock.now();
  const bool is_own_master = !membership_.is_joined() || membership_.is_master();
  if (is_own_master) {
    // Nobody to move data to: nothing to wait for.
    const bool is_alone = membership_.view().size() < 2;
    if (!std::exchange(is_self_draining_, true)) self_look_at_ = is_alone ? now : draw_begin();
    ask_at_ = base::EndOfTime;
  } else {
    ShutdownRequest request;
    request.member = membership_.uuid();
    connections_.send(membership_.master(), connections_.encoder().encode(request),
                      Delivery::Connected);
    ask_at_ = now + RequestRetry;
  }
  arm();
}

void GracefulShutdown::on_request(Endpoint from, const ShutdownRequest& request) {
  if (!membership_.is_joined() || !membership_.is_master()) return;
  const MemberInfo* member = membership_.view().find(request.member);
  if (member == nullptr || member->endpoint != from || leavers_.size() >= LeaverCountMax) return;
  const bool is_known = std::any_of(leavers_.begin(), leavers_.end(), [&](const Leaver& leaver) {
    return leaver.uuid == request.member;
  });
  if (is_known) return;
  leavers_.push_back({from, request.member, draw_begin()});
  arm();
}

void GracefulShutdown::on_answer(Endpoint from, const ShutdownAnswer& answer) {
  if (!is_leaving_ || from != membership_.master() || answer.member != membership_.uuid()) return;
  timer_.disarm();
  host_.on_drained();
}

void GracefulShutdown::reset() {
  leavers_.clear();
}

void GracefulShutdown::on_member_drained(const base::Uuid& member) {
  const base::Instant now = environment_.clock.now();
  if (is_self_draining_ && member == membership_.uuid()) self_look_at_ = now;
  for (Leaver& leaver : leavers_) {
    if (leaver.uuid == member) leaver.look_at = now;
  }
  arm();
}

void GracefulShutdown::arm() {
  base::Instant next = std::min(give_up_at_, std::min(ask_at_, self_look_at_));
  for (const Leaver& leaver : leavers_) next = std::min(next, leaver.look_at);
  if (next == base::EndOfTime) {
    timer_.disarm();
  } else {
    timer_.arm_at(next);
  }
}

void GracefulShutdown::answer(const Leaver& leaver) {
  ShutdownAnswer answer;
  answer.member = leaver.uuid;
  connections_.send(leaver.endpoint, connections_.encoder().encode(answer), Delivery::Connected);
}

void GracefulShutdown::drain_leavers() {
  const base::Instant now = environment_.clock.now();
  std::erase_if(leavers_, [&](Leaver& leaver) {
    if (leaver.look_at > now) return false;
    leaver.look_at = base::EndOfTime;
    if (!host_.drain(leaver.uuid)) return false;
    answer(leaver);
    return true;
  });
}

void GracefulShutdown::on_timer() {
  const base::Instant now = environment_.clock.now();
  drain_leavers();
  if (give_up_at_ <= now) return host_.on_drained();
  if (self_look_at_ <= now) {
    self_look_at_ = base::EndOfTime;
    if (host_.drain(membership_.uuid())) return host_.on_drained();
  }
  if (ask_at_ <= now) return ask();
  arm();
}

}  // namespace splitscope::schemes
