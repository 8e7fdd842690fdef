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

// The socket that the sender means, if it is still that one; else whoever has the connection now.
Socket* Network::receiver_of(const Packet& packet) {
  if (packet.receiver_slot != NoSlot) {
    Socket& socket = sockets_[packet.receiver_slot];
    if (socket.kind == SocketKind::Stream && socket.host == packet.to &&
        socket.local == packet.destination && socket.remote == packet.source &&
        socket.state != TcpState::Dead) [[likely]] {
      return &socket;
    }
  }
  return find_stream(packet.to, packet.destination, packet.source);
}

// Flat, as is on_event(): what every segment passes through.
[[gnu::flatten]] void Network::on_segment(const Packet& packet) {
  Socket* receiver = receiver_of(packet);
  if (receiver == nullptr) {
    on_stray_segment(packet);
    return;
  }
  Socket& socket = *receiver;
  socket.heard_at = simulation_.now();
  socket.keep_alive_probes = 0;
  if ((packet.flags & (FlagRst | FlagSyn)) != 0) [[unlikely]] {
    on_control_segment(socket, packet);
    return;
  }
  socket.peer_slot = packet.sender_slot;
  if (socket.state == TcpState::SynSent) return;
  if (socket.state == TcpState::SynReceived && !establish(socket)) return;
  on_acknowledgement(socket, packet);
  if (socket.kind != SocketKind::Stream || socket.state == TcpState::Dead) return;
  if (packet.is_probe) send_acknowledgement(socket);
  if (packet.length > 0 || (packet.flags & FlagFin) != 0) on_payload(socket, packet);
  if (socket.kind == SocketKind::Stream) finish_if_closed(socket);
}

void Network::on_stray_segment(const Packet& packet) {
  const bool opens = (packet.flags & (FlagSyn | FlagAck)) == FlagSyn;
  const Socket* listener = opens ? find_listener(packet.to, packet.destination) : nullptr;
  if (listener != nullptr) {
    on_syn(packet, *listener);
  } else if ((packet.flags & FlagRst) == 0) {
    send_reset(packet);
  }
}

void Network::on_control_segment(Socket& socket, const Packet& packet) {
  if ((packet.flags & FlagRst) != 0) {
    on_reset(socket, packet);
  } else if ((packet.flags & FlagAck) != 0) {
    on_syn_ack(socket, packet);
  } else if (socket.state == TcpState::SynReceived) {
    send_segment(socket, FlagSyn | FlagAck, 0, 0);  // our answer was lost
  } else {
    send_acknowledgement(socket);
  }
}

void Network::on_reset(Socket& socket, const Packet& packet) {
  if (socket.state == TcpState::SynSent) {
    die(socket, CloseReason::Refused);
    return;
  }
  // A reset outside the window is ignored; ours answer something we sent.
  if (packet.sequence < socket.received_end && packet.sequence != 0) return;
  die(socket, CloseReason::Reset);
}

// --- acknowledgements ---

void Network::on_acknowledgement(Socket& socket, const Packet& packet) {
  const std::uint64_t until = packet.acknowledgement;
  if (until < socket.unacknowledged || until > socket.next_to_send) return;
  socket.window_end = std::max(socket.window_end, until + packet.window);
  socket.window_probes = 0;  // answered ones never end a connection (rule 24)
  const bool reopens =
      socket.timer == SendTimer::WindowProbe && socket.window_end > socket.next_to_send;
  if (reopens) socket.backoff = 0;
  const bool advanced = until > socket.unacknowledged;
  if (!advanced && packet.sack_count == 0) {
    push_data(socket);  // the window may have grown
    return;
  }
  const std::uint32_t out_before = socket.sent.in_flight();
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
  push_data(socket);
  if (is_news && !socket.sent.is_empty()) arm_for_data(socket, late_until, advanced);
  if (advanced) tell_writable(socket);
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

void Network::on_payload(Socket& socket, const Packet& packet) {
  const std::uint64_t begin = packet.sequence;
  const std::uint64_t end = packet.sequence + packet.length;
  if ((packet.flags & FlagFin) != 0) {
    socket.fin_known = true;
    socket.fin_at = end;
  }
  if (socket.orphan && packet.length > 0 && end > socket.received_end) {
    // Nobody will read this: the peer is told so (rule 14).
    send_segment(socket, FlagRst | FlagAck, socket.next_to_send, 0);
    free_socket(socket);
    return;
  }
  const std::uint64_t room = socket.read_end + ReceiveBufferMax;
  if (end > room + Mss) {
    send_acknowledgement(socket);  // beyond the window: a sender that does not know yet
    return;
  }
  const bool in_order = begin <= socket.received_end;
  const bool is_new = end > socket.received_end;
  const bool filled_gap = in_order && is_new && socket.ahead != nullptr;
  const std::uint64_t before = socket.received_end;
  receive_range(socket, begin, end);
  if (socket.fin_known && !socket.fin_received && socket.received_end == socket.fin_at) {
    socket.fin_received = true;
  }
  if (packet.length > 0) socket.ack_delay.on_data(simulation_.now(), socket.rtt.rto());
  const bool at_once = !in_order || !is_new || filled_gap || socket.fin_received;
  acknowledge_payload(socket, at_once);
  if (socket.received_end > before || socket.fin_received) announce(socket);
}

void Network::receive_range(Socket& socket, std::uint64_t begin, std::uint64_t end) {
  if (begin > socket.received_end) {
    if (end > begin) keep_ahead(socket, {begin, end});  // else a FIN alone
    return;
  }
  socket.received_end = std::max(socket.received_end, end);
  if (socket.ahead != nullptr) [[unlikely]]
    join_ahead(socket);
}

void Network::keep_ahead(Socket& socket, ByteRange range) {
  if (socket.ahead == nullptr) socket.ahead = std::make_unique<Socket::Ahead>();
  std::vector<ByteRange>& ranges = socket.ahead->ranges;
  std::erase_if(ranges, [&range](const ByteRange& other) {
    if (other.end < range.begin || other.begin > range.end) return false;
    range.begin = std::min(range.begin, other.begin);
    range.end = std::max(range.end, other.end);
    return true;
  });
  const auto after = std::find_if(ranges.begin(), ranges.end(), [&range](const ByteRange& other) {
    return other.begin > range.begin;
  });
  ranges.insert(after, range);
  socket.ahead->newest = range;
}

// Of what lay ahead, the first may follow on what has come now.
void Network::join_ahead(Socket& socket) {
  std::vector<ByteRange>& ranges = socket.ahead->ranges;
  while (!ranges.empty() && ranges.front().begin <= socket.received_end) {
    socket.received_end = std::max(socket.received_end, ranges.front().end);
    ranges.erase(ranges.begin());
  }
  if (ranges.empty()) {
    socket.ahead.reset();
  } else if (socket.ahead->newest.begin < socket.received_end) {
    socket.ahead->newest = ranges.back();
  }
}

// At once, or every second segment, or after the delay of rule 28.
void Network::acknowledge_payload(Socket& socket, bool at_once) {
  if (at_once || socket.ack_pending || socket.ack_delay.is_quick()) {
    socket.ack_pending = true;
    send_acknowledgement(socket);
    return;
  }
  socket.ack_pending = true;
  const base::Duration delay = socket.ack_delay.delay(socket.rtt.smoothed());
  arm_ack(socket, on_timer_wheel(simulation_.now(), delay - Tick));
}

// The process reads all there is (rule 28).
void Network::acknowledge_read(Socket& socket) {
  if (!socket.ack_pending || !socket.ack_delay.ends_with_reading()) return;
  if (socket.state == TcpState::Established) send_acknowledgement(socket);
}

// The process has read: a shut window opens at once (rule 24).
void Network::open_window(Socket& socket) {
  if (socket.window_closed && advertised_window(socket) > 0 &&
      socket.state == TcpState::Established) {
    send_acknowledgement(socket);
  }
}

}  // namespace splitscope::sim
