#include "schemes/membership/graceful_shutdown.hpp"

#include <algorithm>

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

base::Duration GracefulShutdown::draw_drain_time() {
  return environment_.random.between(config_.drain_time_min, config_.drain_time_max);
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
    if (self_drained_at_ == base::EndOfTime) {
      self_drained_at_ = is_alone ? now : now + draw_drain_time();
    }
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
  leavers_.push_back({from, request.member, environment_.clock.now() + draw_drain_time()});
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

void GracefulShutdown::arm() {
  base::Instant next = std::min(give_up_at_, std::min(ask_at_, self_drained_at_));
  for (const Leaver& leaver : leavers_) next = std::min(next, leaver.drained_at);
  if (next == base::EndOfTime) {
    timer_.disarm();
  } else {
    timer_.arm_at(next);
  }
}

void GracefulShutdown::answer_drained() {
  const base::Instant now = environment_.clock.now();
  for (const Leaver& leaver : leavers_) {
    if (leaver.drained_at > now) continue;
    ShutdownAnswer answer;
    answer.member = leaver.uuid;
    connections_.send(leaver.endpoint, connections_.encoder().encode(answer), Delivery::Connected);
  }
  std::erase_if(leavers_, [now](const Leaver& leaver) { return leaver.drained_at <= now; });
}

void GracefulShutdown::on_timer() {
  const base::Instant now = environment_.clock.now();
  answer_drained();
  if (std::min(give_up_at_, self_drained_at_) <= now) return host_.on_drained();
  if (ask_at_ <= now) return ask();
  arm();
}

}  // namespace splitscope::schemes
