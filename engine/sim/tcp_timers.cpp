// The timers of a kernel's sockets: SYN repetition, tail loss probe, retransmission with backoff,
// window probes and delayed acknowledgements.
#include <algorithm>
#include <utility>

#include "engine/base/assert.hpp"
#include "engine/sim/network.hpp"

namespace splitscope::sim {

void Network::arm_retransmit(Socket& socket, SendTimer timer, base::Instant at) {
  socket.timer = timer;
  if (socket.retransmit.is_set()) {
    if (socket.retransmit_at == at) return;
    timers_.cancel(socket.retransmit);
  }
  socket.retransmit_at = at;
  socket.retransmit = set_timer(socket, KernelTimers::Kind::Retransmit, at);
}

void Network::disarm_retransmit(Socket& socket) {
  socket.timer = SendTimer::Idle;
  if (socket.retransmit.is_set()) timers_.cancel(std::exchange(socket.retransmit, {}));
}

void Network::arm_ack(Socket& socket, base::Instant at) {
  disarm_ack(socket);
  socket.delayed_ack = set_timer(socket, KernelTimers::Kind::DelayedAck, at);
}

void Network::disarm_ack(Socket& socket) {
  if (socket.delayed_ack.is_set()) timers_.cancel(std::exchange(socket.delayed_ack, {}));
}

KernelTimers::Place Network::set_timer(const Socket& socket, KernelTimers::Kind kind,
                                       base::Instant at) {
  return timers_.set(at, {socket.slot, socket.generation, kind});
}

// What guards the data that is out or waits: the moment a late segment becomes a lost one
// (`late_until`), a tail loss probe while nothing is amiss, else the retransmission time-out. A
// probe comes no later than the time-out of the first segment would.
void Network::arm_for_data(Socket& socket, base::Instant late_until, bool advanced) {
  const base::Instant now = simulation_.now();
  const base::Duration rto = socket.rtt.rto();
  if (socket.sent.is_empty()) {
    arm_retransmit(socket, SendTimer::WindowProbe,
                   on_timer_wheel(now, backed_off(rto, socket.backoff)));
    return;
  }
  if (late_until != base::EndOfTime) {
    arm_retransmit(socket, SendTimer::Reordering, on_timer_wheel(now, late_until - now + 2 * Tick));
    return;
  }
  const base::Duration left = advanced ? rto : socket.sent.first_sent_at() + rto - now;
  const bool may_probe = socket.phase == CongestionPhase::Open && socket.probe_end == 0 &&
                         socket.backoff == 0 && socket.sent.ahead_count() == 0;
  if (may_probe) {
    const base::Duration wait = socket.rtt.probe_timeout(socket.sent.count() == 1);
    arm_retransmit(socket, SendTimer::TailProbe,
                   on_timer_wheel(now, std::clamp(wait, base::Duration{1}, std::max(left, Tick))));
    return;
  }
  arm_retransmit(socket, SendTimer::Retransmission,
                 on_timer_wheel(now, backed_off(rto, socket.backoff)));
}

void Network::on_kernel_timer(const KernelTimers::Timer& timer) {
  Socket& socket = sockets_[timer.socket];
  if (socket.kind != SocketKind::Stream || socket.generation != timer.generation) return;
  simulation_.set_cause(0);
  switch (timer.kind) {
    case KernelTimers::Kind::Retransmit:
      on_retransmit_timer(socket);
      break;
    case KernelTimers::Kind::DelayedAck:
      on_ack_timer(socket);
      break;
    case KernelTimers::Kind::Life:
      on_life_timer(socket);
      break;
    case KernelTimers::Kind::Neighbour:
      on_neighbour_timer(socket);
      break;
  }
}

void Network::on_ack_timer(Socket& socket) {
  socket.delayed_ack = {};
  SPLITSCOPE_ASSERT(socket.ack_pending);
  socket.ack_delay.on_expired(socket.rtt.rto());
  send_acknowledgement(socket);
}

void Network::on_retransmit_timer(Socket& socket) {
  socket.retransmit = {};
  const SendTimer timer = std::exchange(socket.timer, SendTimer::Idle);
  switch (timer) {
    case SendTimer::Idle:
      break;
    case SendTimer::Handshake:
      on_handshake_timer(socket);
      break;
    case SendTimer::TailProbe:
      on_tail_probe_timer(socket);
      break;
    case SendTimer::Retransmission:
      on_retransmission_timeout(socket);
      break;
    case SendTimer::Reordering:
      on_reordering_timer(socket);
      break;
    case SendTimer::WindowProbe:
      on_window_probe_timer(socket);
      break;
  }
}

// Once, without backoff: something new if there is, else the last segment (rule 2).
void Network::on_tail_probe_timer(Socket& socket) {
  const base::Instant now = simulation_.now();
  if (!send_new(socket)) send_range(socket, socket.sent.resend_last(now));
  socket.probe_end = socket.next_to_send;
  arm_retransmit(socket, SendTimer::Retransmission, on_timer_wheel(now, socket.rtt.rto()));
}

void Network::on_reordering_timer(Socket& socket) {
  const base::Instant late_until =
      socket.sent.find_losses(simulation_.now(), socket.phase != CongestionPhase::Open);
  if (socket.sent.has_lost() && socket.phase == CongestionPhase::Open) {
    enter_congestion(socket, CongestionPhase::Recovery);
  }
  push_data(socket);
  if (!socket.sent.is_empty()) arm_for_data(socket, late_until, false);
}

// Rules 5 and 6: how long after the first retransmission a connection is given up.
base::Duration Network::patience_of(const Socket& socket) const {
  if (socket.orphan) return death_after(OrphanRetries);
  const TcpSettings& settings = *socket.settings;
  return settings.user_timeout > base::Duration::zero() ? settings.user_timeout
                                                        : death_after(settings.retries);
}

// True if that is the end. The first call begins the time; a user's limit also cuts short the last
// wait.
bool Network::gives_up(Socket& socket) {
  const base::Instant now = simulation_.now();
  if (!socket.rto_seen) {
    socket.rto_seen = true;
    socket.first_rto_at = now;
    return false;
  }
  if (now - socket.first_rto_at < patience_of(socket)) return false;
  die(socket, socket.soft_error);
  return true;
}

void Network::back_off(Socket& socket, SendTimer timer) {
  const base::Instant now = simulation_.now();
  // Probes of a shut window, answered for as long as it takes, do not back off for ever (rule 24).
  const bool is_capped =
      timer == SendTimer::WindowProbe && socket.backoff >= socket.settings->retries;
  if (!is_capped) ++socket.backoff;
  base::Duration wait = backed_off(socket.rtt.rto(), socket.backoff);
  if (socket.settings->user_timeout > base::Duration::zero()) {
    wait = std::min(wait, socket.first_rto_at + socket.settings->user_timeout - now);
  }
  arm_retransmit(socket, timer, on_timer_wheel(now, wait));
}

void Network::on_retransmission_timeout(Socket& socket) {
  if (socket.sent.is_empty() || gives_up(socket)) return;
  enter_congestion(socket, CongestionPhase::Loss);
  socket.sent.lose_all();
  const ByteRange head = socket.sent.resend_first(Mss, simulation_.now());
  if (neighbour_takes(socket)) send_range(socket, head);
  back_off(socket, SendTimer::Retransmission);
}

// Unanswered probes end a connection after as many as it has retries (rule 24).
void Network::on_window_probe_timer(Socket& socket) {
  if (!socket.sent.is_empty() || socket.next_to_send >= stream_end(socket)) return;
  if (socket.window_probes == 0) socket.rto_seen = false;
  const std::uint32_t most = socket.orphan ? OrphanRetries : socket.settings->retries;
  if (socket.window_probes >= most) {
    die(socket, socket.soft_error);
    return;
  }
  const bool has_limit = socket.settings->user_timeout > base::Duration::zero();
  if (!socket.rto_seen || has_limit) {
    if (gives_up(socket)) return;
  }
  ++socket.window_probes;
  if (neighbour_takes(socket)) send_probe(socket);
  back_off(socket, SendTimer::WindowProbe);
}

}  // namespace splitscope::sim
