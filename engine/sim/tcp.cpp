// TCP segments: what a kernel does when its process connects, sends and closes, and when a segment
// arrives. The FIN counts as one byte after the last; SYNs do not count.
#include <algorithm>

#include "engine/base/assert.hpp"
#include "engine/sim/network.hpp"
#include "engine/sim/sim_transport.hpp"

namespace splitscope::sim {
namespace {

using env::CloseReason;
using net::FlagAck;
using net::FlagFin;
using net::FlagRst;
using net::FlagSyn;

}  // namespace

// --- what the process asks for ---

std::uint32_t Network::tcp_connect(SimTransport& owner, net::HostId host, base::Endpoint remote,
                                   base::Duration timeout, env::ConnectionHandler& handler) {
  const std::uint16_t port = ephemeral_port(host, remote);
  const std::uint32_t slot = open_socket(SocketKind::Stream, host, &owner);
  Socket& socket = sockets_[slot];
  socket.state = TcpState::SynSent;
  socket.handler = &handler;
  socket.accepted = true;
  socket.local = {topology_.address(host), port};
  socket.remote = remote;
  socket.peer_host = topology_.host_at(remote.address);
  socket.connect_started = simulation_.now();
  const base::Duration limit =
      timeout > base::Duration::zero() ? std::min(timeout, ConnectLimit) : ConnectLimit;
  socket.connect_deadline = simulation_.now() + limit;
  socket.out_pipe = open_pipe();
  send_syn(slot);
  return slot;
}

void Network::send_syn(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  ++socket.syn_count;
  const base::Instant now = simulation_.now();
  const bool answers_arp = socket.peer_host != net::NoHost && (hosts_[socket.peer_host.value].on);
  const bool is_reachable = answers_arp || (socket.peer_host != net::NoHost &&
                                            knows_neighbour(socket.host, socket.peer_host));
  if (!is_reachable) {
    // ARP gets no answer: the attempt is over 3.07 s after it began (rules 10 and 11).
    const base::Instant failure = socket.connect_started + ArpFailure;
    if (now >= failure) {
      die(slot, CloseReason::Unreachable);
    } else {
      arm_retransmit(slot, std::min(failure, socket.connect_deadline));
    }
    return;
  }
  send_segment(slot, FlagSyn, 0, 0);
  const base::Instant next = on_timer_wheel(now, syn_gap(socket.syn_count));
  arm_retransmit(slot, std::min(next, socket.connect_deadline));
}

env::SendOutcome Network::tcp_send(std::uint32_t slot, const base::Message& frame) {
  Socket& socket = sockets_[slot];
  if (socket.state != TcpState::Established) return env::SendOutcome::Gone;
  Pipe& pipe = pipes_[socket.out_pipe];
  const std::uint64_t queued = pipe.written - socket.unacknowledged;
  if (queued + frame.size() > SendBufferMax && queued > 0) {
    socket.was_congested = true;
    return env::SendOutcome::Congested;
  }
  pipe.written += frame.size();
  pipe.entries.push_back({pipe.written, frame, simulation_.cause()});
  push_data(slot);
  return env::SendOutcome::Queued;
}

void Network::tcp_close(std::uint32_t slot) {
  tcp_abandon(slot);
}

void Network::tcp_abandon(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  const bool unread = socket.in_pipe != NoSlot && socket.received_end > socket.read_end;
  socket.owner = nullptr;
  socket.handler = nullptr;
  socket.orphan = true;
  if (socket.state == TcpState::SynSent || socket.state == TcpState::Dead) {
    free_socket(slot);
    return;
  }
  if (unread) {
    send_segment(slot, FlagRst | FlagAck, socket.next_to_send, 0);
    free_socket(slot);
    return;
  }
  socket.fin_queued = true;
  socket.state = TcpState::FinSent;
  push_data(slot);
  finish_if_closed(slot);
}

// --- sending ---

std::uint64_t Network::stream_end(const Socket& socket) const {
  return pipes_[socket.out_pipe].written + (socket.fin_queued ? 1 : 0);
}

std::uint32_t Network::advertised_window(const Socket& socket) const {
  const std::uint64_t unread = socket.received_end - socket.read_end;
  return unread >= ReceiveBufferMax ? 0 : static_cast<std::uint32_t>(ReceiveBufferMax - unread);
}

void Network::send_segment(std::uint32_t slot, std::uint8_t flags, std::uint64_t sequence,
                           std::uint32_t length) {
  Socket& socket = sockets_[slot];
  if (socket.peer_host == net::NoHost) return;
  Packet& packet = take_packet();
  packet.from = socket.host;
  packet.to = socket.peer_host;
  packet.source = socket.local;
  packet.destination = socket.remote;
  packet.flags = flags;
  packet.length = length;
  packet.sequence = sequence;
  packet.acknowledgement = socket.received_end + (socket.fin_received ? 1 : 0);
  packet.window = advertised_window(socket);
  packet.is_probe = probing_;
  packet.sender_slot = slot;
  packet.receiver_slot = socket.peer_slot;
  if ((flags & FlagSyn) != 0) {
    packet.pipe = socket.out_pipe;
    ++pipes_[packet.pipe].references;
  }
  if (!socket.ahead.empty()) {
    packet.sacked = socket.ahead.back().end;
    packet.sacked_segments = socket.ahead_segments;
  }
  socket.window_closed = packet.window < Mss;
  socket.ack_pending = false;
  socket.ack_deadline = base::EndOfTime;
  transmit(packet);
}

void Network::send_acknowledgement(std::uint32_t slot) {
  send_segment(slot, FlagAck, sockets_[slot].next_to_send, 0);
}

// Asks whether a shut window is still shut: no data, an old sequence number, to be acknowledged.
void Network::send_window_probe(std::uint32_t slot) {
  const Socket& socket = sockets_[slot];
  probing_ = true;
  send_segment(slot, FlagAck, socket.unacknowledged == 0 ? 0 : socket.unacknowledged - 1, 0);
  probing_ = false;
}

void Network::send_reset(const Packet& to) {
  Packet& packet = take_packet();
  packet.from = to.to;
  packet.to = to.from;
  packet.source = to.destination;
  packet.destination = to.source;
  packet.flags = FlagRst | FlagAck;
  packet.sequence = to.acknowledgement;
  packet.receiver_slot = to.sender_slot;
  transmit(packet);
}

// Sends what the windows allow. After a retransmission time-out the congestion window is one
// segment, so messages written meanwhile only queue (rule 4).
void Network::push_data(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  const std::uint64_t end = stream_end(socket);
  const std::uint64_t data_end = pipes_[socket.out_pipe].written;
  bool sent = false;
  while (socket.next_to_send < end) {
    const std::uint64_t in_flight = socket.next_to_send - socket.unacknowledged;
    const std::uint64_t segments = (in_flight + Mss - 1) / Mss;
    const std::uint64_t small = std::max<std::uint64_t>(segments, in_flight > 0 ? 1 : 0);
    if (small >= socket.congestion_window) break;
    if (in_flight >= socket.peer_window && socket.next_to_send < data_end) break;
    std::uint64_t length = std::min<std::uint64_t>(data_end - socket.next_to_send, Mss);
    length = std::min<std::uint64_t>(
        length, socket.peer_window - std::min<std::uint64_t>(in_flight, socket.peer_window));
    const bool with_fin = socket.fin_queued && socket.next_to_send + length == data_end;
    if (length == 0 && !with_fin) break;
    const std::uint64_t sequence = socket.next_to_send;
    socket.next_to_send += length + (with_fin ? 1 : 0);
    if (with_fin) socket.fin_sent = true;
    if (socket.next_to_send > socket.send_high) {
      if (socket.timed_end == 0) {
        socket.timed_end = socket.next_to_send;
        socket.timed_at = simulation_.now();
      }
      socket.send_high = socket.next_to_send;
    }
    send_segment(slot, with_fin ? FlagFin | FlagAck : FlagAck | net::FlagPsh, sequence,
                 static_cast<std::uint32_t>(length));
    sent = true;
  }
  const bool blocked = socket.next_to_send < end && socket.peer_window == 0 &&
                       socket.next_to_send == socket.unacknowledged;
  if ((sent || blocked) && socket.retransmit_deadline == base::EndOfTime) {
    arm_retransmit_for_data(slot);
  }
}

// Only what was sent before: messages written meanwhile are not merged into the head (rules 4, 20).
void Network::retransmit_head(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  const std::uint64_t data_end = pipes_[socket.out_pipe].written;
  const std::uint64_t begin = socket.unacknowledged;
  const std::uint64_t sent_end = std::min(data_end, std::max(socket.send_high, begin));
  const std::uint64_t length = std::min<std::uint64_t>(sent_end - std::min(begin, sent_end), Mss);
  const bool with_fin = socket.fin_sent && begin + length == data_end;
  socket.timed_end = 0;  // Karn: what was sent twice is no sample
  socket.next_to_send = std::max(socket.next_to_send, begin + length + (with_fin ? 1 : 0));
  send_segment(slot, with_fin ? FlagFin | FlagAck : FlagAck, begin,
               static_cast<std::uint32_t>(length));
}

// --- segments that arrive ---

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
    remember_neighbour(packet.to, packet.from, simulation_.now());
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
  if (socket.state == TcpState::SynReceived) {
    // Three-way handshake complete, by an acknowledgement or by the first data.
    const std::uint32_t listener = find_listener(socket.host, socket.local);
    if (listener == NoSlot || sockets_[listener].accept_queue.size() > sockets_[listener].backlog) {
      return;
    }
    establish(slot);
  }
  on_acknowledgement(slot, packet);
  if (sockets_[slot].kind != SocketKind::Stream || sockets_[slot].state == TcpState::Dead) return;
  if (packet.is_probe) send_acknowledgement(slot);
  if (packet.length > 0 || (packet.flags & FlagFin) != 0) on_payload(slot, packet);
  if (sockets_[slot].kind == SocketKind::Stream) finish_if_closed(slot);
}

void Network::on_syn(const Packet& packet, std::uint32_t listener) {
  const Socket& listening = sockets_[listener];
  if (waiting_connections(listener) > listening.backlog) return;  // dropped silently (rule 12)
  const std::uint32_t slot = open_socket(SocketKind::Stream, packet.to, listening.owner);
  Socket& socket = sockets_[slot];
  socket.state = TcpState::SynReceived;
  socket.handler = listening.handler;
  socket.local = packet.destination;
  socket.remote = packet.source;
  socket.peer_host = packet.from;
  socket.peer_slot = packet.sender_slot;
  socket.out_pipe = open_pipe();
  socket.in_pipe = packet.pipe;
  ++pipes_[packet.pipe].references;
  socket.syn_count = 1;
  socket.connect_deadline = simulation_.now() + ConnectLimit;
  send_segment(slot, FlagSyn | FlagAck, 0, 0);
  arm_retransmit(slot, on_timer_wheel(simulation_.now(), std::chrono::seconds{1}));
}

void Network::on_syn_ack(std::uint32_t slot, const Packet& packet) {
  Socket& socket = sockets_[slot];
  if (socket.state == TcpState::SynSent) {
    socket.peer_slot = packet.sender_slot;
    socket.in_pipe = packet.pipe;
    ++pipes_[packet.pipe].references;
    socket.peer_window = packet.window;
    if (socket.syn_count == 1) socket.rtt.sample(simulation_.now() - socket.connect_started);
    socket.state = TcpState::Established;
    socket.retransmit_deadline = base::EndOfTime;
    send_acknowledgement(slot);
    announce(socket, slot);
    return;
  }
  send_acknowledgement(slot);
}

// Established and not accepted, or about to be established.
std::size_t Network::waiting_connections(std::uint32_t listener) const {
  const Socket& listening = sockets_[listener];
  std::size_t count = listening.accept_queue.size();
  for (const std::uint32_t slot : hosts_[listening.host.value].sockets) {
    const Socket& socket = sockets_[slot];
    if (socket.kind == SocketKind::Stream && socket.state == TcpState::SynReceived &&
        socket.local.port == listening.local.port) {
      ++count;
    }
  }
  return count;
}

// The accepting side: the process is told when it accepts.
void Network::establish(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  socket.state = TcpState::Established;
  socket.retransmit_deadline = base::EndOfTime;
  const std::uint32_t listener = find_listener(socket.host, socket.local);
  if (listener == NoSlot) return;
  sockets_[listener].accept_queue.push_back(slot);
  announce(sockets_[listener], listener);
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

void Network::on_acknowledgement(std::uint32_t slot, const Packet& packet) {
  Socket& socket = sockets_[slot];
  if (packet.acknowledgement < socket.unacknowledged) return;  // old
  const bool reopened = socket.peer_window == 0 && packet.window > 0;
  socket.peer_window = packet.window;
  if (packet.acknowledgement > socket.unacknowledged &&
      packet.acknowledgement <= socket.send_high) {
    if (socket.timed_end != 0 && packet.acknowledgement >= socket.timed_end) {
      socket.rtt.sample(simulation_.now() - socket.timed_at);
      socket.timed_end = 0;
    }
    socket.unacknowledged = packet.acknowledgement;
    socket.next_to_send = std::max(socket.next_to_send, socket.unacknowledged);
    socket.backoff = 0;
    socket.probe_sent = false;
    socket.rto_seen = false;
    if (socket.congestion_window < 1000) ++socket.congestion_window;
    if (socket.fin_sent && socket.unacknowledged >= stream_end(socket)) {
      socket.fin_acknowledged = true;
    }
    socket.retransmit_deadline = base::EndOfTime;
    if (socket.next_to_send > socket.unacknowledged) arm_retransmit_for_data(slot);
    if (socket.was_congested && socket.owner != nullptr) announce(socket, slot);
  }
  if (reopened) socket.next_to_send = socket.unacknowledged;  // what was beyond the window is lost
  if (packet.sacked > socket.unacknowledged) fast_retransmit(slot);
  push_data(slot);
  // Answered window probes never end a connection (rule 24).
  if (socket.peer_window == 0) socket.rto_seen = false;
}

// What was delivered beyond a gap shows the head to be lost, not late (rule 27).
void Network::fast_retransmit(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  if (socket.unacknowledged < socket.recovery_end) return;
  socket.recovery_end = socket.send_high;
  socket.congestion_window = std::max<std::uint32_t>(socket.congestion_window / 2, 2);
  retransmit_head(slot);
  socket.retransmit_deadline = base::EndOfTime;
  arm_retransmit_for_data(slot);
}

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
    send_acknowledgement(slot);  // beyond the window: a probe, or a sender that does not know yet
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
  const bool advanced = socket.received_end > before || socket.fin_received;
  if (!in_order || !is_new || filled_gap || socket.fin_received) {
    send_acknowledgement(slot);
  } else {
    acknowledge_later(slot, false);
  }
  if (advanced) announce(sockets_[slot], slot);
}

void Network::receive_range(Socket& socket, std::uint64_t begin, std::uint64_t end) {
  if (begin > socket.received_end) {
    ByteRange range{begin, end};
    const bool known = std::any_of(
        socket.ahead.begin(), socket.ahead.end(),
        [&](const ByteRange& other) { return other.begin <= begin && end <= other.end; });
    if (known) return;
    ++socket.ahead_segments;
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
    return;
  }
  socket.received_end = std::max(socket.received_end, end);
  while (!socket.ahead.empty() && socket.ahead.front().begin <= socket.received_end) {
    socket.received_end = std::max(socket.received_end, socket.ahead.front().end);
    socket.ahead.erase(socket.ahead.begin());
  }
  if (socket.ahead.empty()) socket.ahead_segments = 0;
}

void Network::acknowledge_later(std::uint32_t slot, bool out_of_order) {
  Socket& socket = sockets_[slot];
  if (socket.quick_acks > 0 || out_of_order || socket.ack_pending) {
    if (socket.quick_acks > 0) --socket.quick_acks;
    send_acknowledgement(slot);
    return;
  }
  socket.ack_pending = true;
  arm_ack(slot, on_timer_wheel(simulation_.now(), DelayedAckTime - Tick));
}

// The process has read: a shut window opens at once (rule 24).
void Network::open_window(std::uint32_t slot) {
  const Socket& socket = sockets_[slot];
  if (socket.window_closed && advertised_window(socket) >= Mss &&
      socket.state == TcpState::Established) {
    send_acknowledgement(slot);
  }
}

// --- the end of a connection ---

void Network::die(std::uint32_t slot, CloseReason reason) {
  Socket& socket = sockets_[slot];
  if (socket.owner == nullptr) {
    free_socket(slot);
    return;
  }
  const bool unaccepted = !socket.accepted;
  if (unaccepted) {
    const std::uint32_t listener = find_listener(socket.host, socket.local);
    if (listener != NoSlot) std::erase(sockets_[listener].accept_queue, slot);
    free_socket(slot);
    return;
  }
  socket.state = TcpState::Dead;
  socket.death = reason;
  socket.retransmit_deadline = base::EndOfTime;
  socket.ack_deadline = base::EndOfTime;
  announce(socket, slot);
}

// An orphan goes when both directions are done; TIME_WAIT holds nothing that the model needs.
void Network::finish_if_closed(std::uint32_t slot) {
  const Socket& socket = sockets_[slot];
  if (socket.orphan && socket.fin_acknowledged && socket.fin_received) free_socket(slot);
}

}  // namespace splitscope::sim
