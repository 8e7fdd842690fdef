// What arrives: to which socket a segment goes, what its acknowledgement frees, what its payload
// adds, and when that is acknowledged.
#include <algorithm>

#include "engine/sim/network.hpp"

namespace splitscope::sim {

using env::CloseReason;
using net::FlagAck;
using net::FlagFin;
using net::FlagRst;
using net::FlagSyn;

void Network::on_segment(const Packet& packet) {
  std::uint32_t slot = packet.receiver_slot;
  if (slot == NoSlot || sockets_[slot].kind != SocketKind::Stream ||
      sockets_[slot].host != packet.to || sockets_[slot].local != packet.destination ||
      sockets_[slot].remote != packet.source || sockets_[slot].state == TcpState::Dead) {
    slot = find_stream(packet.to, packet.destination, packet.source);
  }
  const bool is_syn = (packet.flags & FlagSyn) != 0;
  const bool is_reset = (packet.flags & FlagRst) != 0;
  if (slot == NoSlot) {
    const bool opens = is_syn && (packet.flags & FlagAck) == 0;
    const std::uint32_t listener = opens ? find_listener(packet.to, packet.destination) : NoSlot;
    if (listener != NoSlot) {
      on_syn(packet, listener);
    } else if (!is_reset) {
      send_reset(packet);
    }
    return;
  }
  Socket& socket = sockets_[slot];
  socket.heard_at = simulation_.now();
  socket.keep_alive_probes = 0;
  if (is_reset) {
    on_reset(slot, packet);
    return;
  }
  if (is_syn) {
    if ((packet.flags & FlagAck) != 0) {
      on_syn_ack(slot, packet);
    } else if (socket.state == TcpState::SynReceived) {
      send_segment(slot, FlagSyn | FlagAck, 0, 0);  // our answer was lost
    } else {
      send_acknowledgement(slot);
    }
    return;
  }
  socket.peer_slot = packet.sender_slot;
  if (socket.state == TcpState::SynSent) return;
  if (socket.state == TcpState::SynReceived && !establish(slot)) return;
  on_acknowledgement(slot, packet);
  if (sockets_[slot].kind != SocketKind::Stream || sockets_[slot].state == TcpState::Dead) return;
  if (packet.is_probe) send_acknowledgement(slot);
  if (packet.length > 0 || (packet.flags & FlagFin) != 0) on_payload(slot, packet);
  if (sockets_[slot].kind == SocketKind::Stream) finish_if_closed(slot);
}

void Network::on_reset(std::uint32_t slot, const Packet& packet) {
  Socket& socket = sockets_[slot];
  if (socket.state == TcpState::SynSent) {
    die(slot, CloseReason::Refused);
    return;
  }
  // A reset outside the window is ignored; ours answer something we sent.
  if (packet.sequence < socket.received_end && packet.sequence != 0) return;
  die(slot, CloseReason::Reset);
}

// --- acknowledgements ---

void Network::on_acknowledgement(std::uint32_t slot, const Packet& packet) {
  Socket& socket = sockets_[slot];
  const std::uint64_t until = packet.acknowledgement;
  if (until < socket.unacknowledged || until > socket.next_to_send) return;
  socket.window_end = std::max(socket.window_end, until + packet.window);
  socket.window_probes = 0;  // answered ones never end a connection (rule 24)
  const bool reopens =
      socket.timer == SendTimer::WindowProbe && socket.window_end > socket.next_to_send;
  if (reopens) socket.backoff = 0;
  const std::uint32_t out_before = socket.sent.in_flight();
  const bool advanced = until > socket.unacknowledged;
  if (advanced) acknowledge(socket, until);
  bool is_news = advanced;
  for (std::uint8_t i = 0; i < packet.sack_count; ++i) {
    if (socket.sent.acknowledge_ahead(packet.sacks[i], simulation_.now())) is_news = true;
  }
  base::Instant late_until = base::EndOfTime;
  if (is_news && !socket.sent.is_empty()) {
    late_until = socket.sent.find_losses(simulation_.now(), socket.phase != CongestionPhase::Open);
    if (socket.sent.has_lost() && socket.phase == CongestionPhase::Open) {
      enter_congestion(socket, CongestionPhase::Recovery);
    }
  }
  if (advanced) {
    const std::uint32_t out = socket.sent.in_flight();
    grow_congestion_window(socket, out_before > out ? out_before - out : 0, out_before);
    disarm_retransmit(socket);
  }
  push_data(slot);
  if (is_news && !socket.sent.is_empty()) arm_for_data(slot, late_until, advanced);
  if (advanced) tell_writable(slot);
}

void Network::acknowledge(Socket& socket, std::uint64_t until) {
  const base::Instant now = simulation_.now();
  const SentSegments::Sample sample = socket.sent.acknowledge(until, now);
  if (sample.is_valid) socket.rtt.sample(sample.round_trip);
  socket.unacknowledged = until;
  socket.progress_at = now;
  socket.backoff = 0;
  socket.rto_seen = false;
  socket.soft_error = CloseReason::Broken;
  if (until >= socket.probe_end) socket.probe_end = 0;
  if (socket.fin_sent && until == stream_end(socket)) socket.fin_acknowledged = true;
  if (socket.phase != CongestionPhase::Open && until >= socket.recovery_end) {
    socket.phase = CongestionPhase::Open;
  }
}

// --- payload ---

void Network::on_payload(std::uint32_t slot, const Packet& packet) {
  Socket& socket = sockets_[slot];
  const std::uint64_t begin = packet.sequence;
  const std::uint64_t end = packet.sequence + packet.length;
  if ((packet.flags & FlagFin) != 0) {
    socket.fin_known = true;
    socket.fin_at = end;
  }
  if (socket.orphan && packet.length > 0 && end > socket.received_end) {
    // Nobody will read this: the peer is told so (rule 14).
    send_segment(slot, FlagRst | FlagAck, socket.next_to_send, 0);
    free_socket(slot);
    return;
  }
  const std::uint64_t room = socket.read_end + ReceiveBufferMax;
  if (end > room + Mss) {
    send_acknowledgement(slot);  // beyond the window: a sender that does not know yet
    return;
  }
  const bool in_order = begin <= socket.received_end;
  const bool is_new = end > socket.received_end;
  const bool filled_gap = in_order && is_new && !socket.ahead.empty();
  const std::uint64_t before = socket.received_end;
  receive_range(socket, begin, end);
  if (socket.fin_known && !socket.fin_received && socket.received_end == socket.fin_at) {
    socket.fin_received = true;
  }
  if (packet.length > 0) socket.ack_delay.on_data(simulation_.now(), socket.rtt.rto());
  const bool at_once = !in_order || !is_new || filled_gap || socket.fin_received;
  acknowledge_payload(slot, at_once);
  if (socket.received_end > before || socket.fin_received) announce(socket, slot);
}

void Network::receive_range(Socket& socket, std::uint64_t begin, std::uint64_t end) {
  if (begin > socket.received_end) {
    if (end == begin) return;  // a FIN alone
    ByteRange range{begin, end};
    std::erase_if(socket.ahead, [&range](const ByteRange& other) {
      if (other.end < range.begin || other.begin > range.end) return false;
      range.begin = std::min(range.begin, other.begin);
      range.end = std::max(range.end, other.end);
      return true;
    });
    const auto after =
        std::find_if(socket.ahead.begin(), socket.ahead.end(),
                     [&range](const ByteRange& other) { return other.begin > range.begin; });
    socket.ahead.insert(after, range);
    socket.newest_ahead = range;
    return;
  }
  socket.received_end = std::max(socket.received_end, end);
  while (!socket.ahead.empty() && socket.ahead.front().begin <= socket.received_end) {
    socket.received_end = std::max(socket.received_end, socket.ahead.front().end);
    socket.ahead.erase(socket.ahead.begin());
  }
  if (!socket.ahead.empty() && socket.newest_ahead.begin < socket.received_end) {
    socket.newest_ahead = socket.ahead.back();
  }
}

// At once, or every second segment, or after the delay of rule 28.
void Network::acknowledge_payload(std::uint32_t slot, bool at_once) {
  Socket& socket = sockets_[slot];
  if (at_once || socket.ack_pending || socket.ack_delay.is_quick()) {
    socket.ack_pending = true;
    send_acknowledgement(slot);
    return;
  }
  socket.ack_pending = true;
  const base::Duration delay = socket.ack_delay.delay(socket.rtt.smoothed());
  arm_ack(slot, on_timer_wheel(simulation_.now(), delay - Tick));
}

// The process has read: a shut window opens at once (rule 24).
void Network::open_window(std::uint32_t slot) {
  const Socket& socket = sockets_[slot];
  if (socket.window_closed && advertised_window(socket) > 0 &&
      socket.state == TcpState::Established) {
    send_acknowledgement(slot);
  }
}

}  // namespace splitscope::sim
