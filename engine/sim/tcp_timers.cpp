// The timers of a kernel's sockets: SYN repetition, tail loss probe, retransmission with backoff,
// window probes and delayed acknowledgements. A deadline may move on or vanish while its event is
// pending.
#include <algorithm>

#include "engine/sim/network.hpp"

namespace splitscope::sim {

using env::CloseReason;

void Network::arm_retransmit(std::uint32_t slot, base::Instant at) {
  Socket& socket = sockets_[slot];
  socket.retransmit_deadline = at;
  if (socket.retransmit_event <= at) return;
  socket.retransmit_event = at;
  simulation_.schedule(at, EventClass::KernelTimer, slot,
                       static_cast<std::uint32_t>(TimerKind::Retransmit), socket.generation);
}

void Network::arm_ack(std::uint32_t slot, base::Instant at) {
  Socket& socket = sockets_[slot];
  socket.ack_deadline = at;
  if (socket.ack_event <= at) return;
  socket.ack_event = at;
  simulation_.schedule(at, EventClass::KernelTimer, slot,
                       static_cast<std::uint32_t>(TimerKind::DelayedAck), socket.generation);
}

void Network::arm_retransmit_for_data(std::uint32_t slot) {
  const Socket& socket = sockets_[slot];
  const std::uint64_t in_flight = socket.next_to_send - socket.unacknowledged;
  const base::Duration rto = socket.rtt.rto();
  base::Duration delay = backed_off(rto, socket.backoff);
  const bool may_probe = !socket.probe_sent && socket.backoff == 0 && in_flight > 0;
  if (may_probe) delay = socket.rtt.probe_timeout(in_flight <= Mss);
  arm_retransmit(slot, on_timer_wheel(simulation_.now(), delay));
}

void Network::on_kernel_timer(const Event& event) {
  const std::uint32_t slot = event.index();
  Socket& socket = sockets_[slot];
  if (socket.kind != SocketKind::Stream || socket.generation != event.b) return;
  const base::Instant now = simulation_.now();
  if (event.a == static_cast<std::uint32_t>(TimerKind::DelayedAck)) {
    if (socket.ack_event != now) return;  // an older event, overtaken by an earlier deadline
    socket.ack_event = base::EndOfTime;
    if (socket.ack_deadline > now) {
      if (socket.ack_deadline != base::EndOfTime) arm_ack(slot, socket.ack_deadline);
      return;
    }
    if (socket.ack_pending) send_acknowledgement(slot);
    return;
  }
  if (socket.retransmit_event != now) return;
  socket.retransmit_event = base::EndOfTime;
  if (socket.retransmit_deadline > now) {
    if (socket.retransmit_deadline != base::EndOfTime) {
      arm_retransmit(slot, socket.retransmit_deadline);
    }
    return;
  }
  socket.retransmit_deadline = base::EndOfTime;
  on_retransmit_timer(slot);
}

void Network::on_retransmit_timer(std::uint32_t slot) {
  const Socket& socket = sockets_[slot];
  if (socket.state == TcpState::SynSent || socket.state == TcpState::SynReceived) {
    on_syn_timer(slot);
  } else if (socket.state != TcpState::Dead) {
    on_data_timer(slot);
  }
}

void Network::on_syn_timer(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  if (simulation_.now() >= socket.connect_deadline) {
    die(slot, CloseReason::TimedOut);
    return;
  }
  if (socket.state == TcpState::SynSent) {
    if (socket.syn_count >= SynCountMax) {
      arm_retransmit(slot, socket.connect_deadline);
    } else {
      send_syn(slot);
    }
    return;
  }
  ++socket.syn_count;
  send_segment(slot, net::FlagSyn | net::FlagAck, 0, 0);
  const base::Instant next =
      on_timer_wheel(simulation_.now(), backed_off(std::chrono::seconds{1}, socket.syn_count - 1));
  arm_retransmit(slot, std::min(next, socket.connect_deadline));
}

void Network::on_data_timer(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  const base::Instant now = simulation_.now();
  const std::uint64_t end = stream_end(socket);
  if (socket.unacknowledged >= end) return;
  const bool in_flight = socket.next_to_send > socket.unacknowledged;
  if (in_flight && !socket.probe_sent && socket.backoff == 0) {
    // Tail loss probe: once, no backoff (rule 2). With several segments out it resends the last
    // one; here the head, which serves the same end.
    socket.probe_sent = true;
    retransmit_head(slot);
    arm_retransmit(slot, on_timer_wheel(now, socket.rtt.rto()));
    return;
  }
  if (socket.rto_seen) {
    const base::Duration limit = socket.orphan ? OrphanDeathAfter : DeathAfter;
    if (now - socket.first_rto_at >= limit) {
      die(slot, CloseReason::Broken);
      return;
    }
  } else {
    socket.rto_seen = true;
    socket.first_rto_at = now;
  }
  if (socket.peer_window == 0 && !in_flight) {
    send_window_probe(slot);
    ++socket.backoff;
    arm_retransmit(slot, on_timer_wheel(now, backed_off(socket.rtt.rto(), socket.backoff)));
    return;
  }
  socket.congestion_window = 1;
  socket.recovery_end = 0;
  if (in_flight) socket.next_to_send = socket.unacknowledged;
  retransmit_head(slot);
  ++socket.backoff;
  arm_retransmit(slot, on_timer_wheel(now, backed_off(socket.rtt.rto(), socket.backoff)));
}

}  // namespace splitscope::sim
