// The timers of a kernel's sockets: SYN repetition, tail loss probe, retransmission with backoff,
// window probes and delayed acknowledgements. A deadline may move on or vanish while its event is
// pending.
#include <algorithm>

#include "engine/sim/network.hpp"

namespace splitscope::sim {

void Network::arm_retransmit(std::uint32_t slot, SendTimer timer, base::Instant at) {
  Socket& socket = sockets_[slot];
  socket.timer = timer;
  socket.retransmit_deadline = at;
  if (socket.retransmit_event <= at) return;
  socket.retransmit_event = at;
  simulation_.schedule(at, EventClass::KernelTimer, slot,
                       static_cast<std::uint32_t>(TimerKind::Retransmit), socket.generation);
}

void Network::disarm_retransmit(Socket& socket) {
  socket.timer = SendTimer::Idle;
  socket.retransmit_deadline = base::EndOfTime;
}

void Network::arm_ack(std::uint32_t slot, base::Instant at) {
  Socket& socket = sockets_[slot];
  socket.ack_deadline = at;
  if (socket.ack_event <= at) return;
  socket.ack_event = at;
  simulation_.schedule(at, EventClass::KernelTimer, slot,
                       static_cast<std::uint32_t>(TimerKind::DelayedAck), socket.generation);
}

// What guards the data that is out or waits: the moment a late segment becomes a lost one
// (`late_until`), a tail loss probe while nothing is amiss, else the retransmission time-out. A
// probe comes no later than the time-out of the first segment would.
void Network::arm_for_data(std::uint32_t slot, base::Instant late_until, bool advanced) {
  Socket& socket = sockets_[slot];
  const base::Instant now = simulation_.now();
  const base::Duration rto = socket.rtt.rto();
  if (socket.sent.is_empty()) {
    arm_retransmit(slot, SendTimer::WindowProbe,
                   on_timer_wheel(now, backed_off(rto, socket.backoff)));
    return;
  }
  if (late_until != base::EndOfTime) {
    arm_retransmit(slot, SendTimer::Reordering, on_timer_wheel(now, late_until - now + 2 * Tick));
    return;
  }
  const base::Duration left = advanced ? rto : socket.sent.first_sent_at() + rto - now;
  const bool may_probe = socket.phase == CongestionPhase::Open && socket.probe_end == 0 &&
                         socket.backoff == 0 && socket.sent.ahead_count() == 0;
  if (may_probe) {
    const base::Duration wait = socket.rtt.probe_timeout(socket.sent.count() == 1);
    arm_retransmit(slot, SendTimer::TailProbe,
                   on_timer_wheel(now, std::clamp(wait, base::Duration{1}, std::max(left, Tick))));
    return;
  }
  arm_retransmit(slot, SendTimer::Retransmission,
                 on_timer_wheel(now, backed_off(rto, socket.backoff)));
}

void Network::on_kernel_timer(const Event& event) {
  const std::uint32_t slot = event.index();
  const Socket& socket = sockets_[slot];
  if (socket.kind != SocketKind::Stream || socket.generation != event.b) return;
  switch (static_cast<TimerKind>(event.a)) {
    case TimerKind::Retransmit:
      on_retransmit_timer(slot);
      break;
    case TimerKind::DelayedAck:
      on_ack_timer(slot);
      break;
    case TimerKind::Life:
      on_life_timer(slot);
      break;
    case TimerKind::Neighbour:
      on_neighbour_timer(slot);
      break;
  }
}

void Network::on_ack_timer(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  const base::Instant now = simulation_.now();
  if (socket.ack_event != now) return;  // an older event, overtaken by an earlier deadline
  socket.ack_event = base::EndOfTime;
  if (socket.ack_deadline > now) {
    if (socket.ack_deadline != base::EndOfTime) arm_ack(slot, socket.ack_deadline);
    return;
  }
  if (!socket.ack_pending) return;
  socket.ack_delay.on_expired(socket.rtt.rto());
  send_acknowledgement(slot);
}

void Network::on_retransmit_timer(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  const base::Instant now = simulation_.now();
  if (socket.retransmit_event != now) return;
  socket.retransmit_event = base::EndOfTime;
  if (socket.retransmit_deadline > now) {
    if (socket.retransmit_deadline != base::EndOfTime) {
      arm_retransmit(slot, socket.timer, socket.retransmit_deadline);
    }
    return;
  }
  const SendTimer timer = socket.timer;
  disarm_retransmit(socket);
  switch (timer) {
    case SendTimer::Idle:
      break;
    case SendTimer::Handshake:
      on_handshake_timer(slot);
      break;
    case SendTimer::TailProbe:
      on_tail_probe_timer(slot);
      break;
    case SendTimer::Retransmission:
      on_retransmission_timeout(slot);
      break;
    case SendTimer::Reordering:
      on_reordering_timer(slot);
      break;
    case SendTimer::WindowProbe:
      on_window_probe_timer(slot);
      break;
  }
}

// Once, without backoff: something new if there is, else the last segment (rule 2).
void Network::on_tail_probe_timer(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  const base::Instant now = simulation_.now();
  if (!send_new(slot)) send_range(slot, socket.sent.resend_last(now));
  socket.probe_end = socket.next_to_send;
  arm_retransmit(slot, SendTimer::Retransmission, on_timer_wheel(now, socket.rtt.rto()));
}

void Network::on_reordering_timer(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  const base::Instant late_until =
      socket.sent.find_losses(simulation_.now(), socket.phase != CongestionPhase::Open);
  if (socket.sent.has_lost() && socket.phase == CongestionPhase::Open) {
    enter_congestion(socket, CongestionPhase::Recovery);
  }
  push_data(slot);
  if (!socket.sent.is_empty()) arm_for_data(slot, late_until, false);
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
bool Network::gives_up(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  const base::Instant now = simulation_.now();
  if (!socket.rto_seen) {
    socket.rto_seen = true;
    socket.first_rto_at = now;
    return false;
  }
  if (now - socket.first_rto_at < patience_of(socket)) return false;
  die(slot, socket.soft_error);
  return true;
}

void Network::back_off(std::uint32_t slot, SendTimer timer) {
  Socket& socket = sockets_[slot];
  const base::Instant now = simulation_.now();
  base::Duration wait = backed_off(socket.rtt.rto(), ++socket.backoff);
  if (socket.settings->user_timeout > base::Duration::zero()) {
    wait = std::min(wait, socket.first_rto_at + socket.settings->user_timeout - now);
  }
  arm_retransmit(slot, timer, on_timer_wheel(now, wait));
}

void Network::on_retransmission_timeout(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  if (socket.sent.is_empty() || gives_up(slot)) return;
  enter_congestion(socket, CongestionPhase::Loss);
  socket.sent.lose_all();
  const ByteRange head = socket.sent.resend_first(Mss, simulation_.now());
  if (neighbour_takes(slot)) send_range(slot, head);
  back_off(slot, SendTimer::Retransmission);
}

// Unanswered probes end a connection after as many as it has retries (rule 24).
void Network::on_window_probe_timer(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  if (!socket.sent.is_empty() || socket.next_to_send >= stream_end(socket)) return;
  if (socket.window_probes == 0) socket.rto_seen = false;
  const std::uint32_t most = socket.orphan ? OrphanRetries : socket.settings->retries;
  if (socket.window_probes >= most) {
    die(slot, socket.soft_error);
    return;
  }
  const bool has_limit = socket.settings->user_timeout > base::Duration::zero();
  if (!socket.rto_seen || has_limit) {
    if (gives_up(slot)) return;
  }
  ++socket.window_probes;
  if (neighbour_takes(slot)) send_probe(slot);
  back_off(slot, SendTimer::WindowProbe);
}

}  // namespace splitscope::sim
