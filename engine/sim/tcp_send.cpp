// What leaves: the send buffer, segments, their retransmission and the windows that bound them. The
// FIN counts as one byte after the last; SYNs do not count.
#include <algorithm>

#include "engine/sim/network.hpp"

namespace splitscope::sim {
namespace {

using net::FlagAck;
using net::FlagFin;
using net::FlagRst;
using net::FlagSyn;

// Rule 22. The kernel charges for each buffer beside its bytes; small writes that cannot be sent
// yet share one of up to 22 segments, and another begins only while the charge is below the limit.
constexpr std::uint32_t BufferOverhead = 832;
constexpr std::uint32_t BufferBytesMax = 22 * Mss;
constexpr std::uint32_t SegmentCharge = 2304;
constexpr std::uint32_t SendBufferMax = 4 * 1024 * 1024;

std::uint64_t charge_of(const Socket& socket, std::uint64_t written) {
  const std::uint64_t unsent = written - std::min(written, socket.next_to_send);
  const std::uint64_t tail = std::min<std::uint64_t>(unsent, socket.unsent_tail);
  const std::uint64_t buffers = (unsent - tail + BufferBytesMax - 1) / BufferBytesMax +
                                (tail > 0 ? 1 : 0) + socket.sent.count();
  return written - socket.unacknowledged + buffers * BufferOverhead;
}

}  // namespace

// --- the send buffer (rule 22) ---

std::uint32_t Network::send_buffer_of(const Socket& socket) const {
  if (socket.settings->send_buffer_bytes != 0) return 2 * socket.settings->send_buffer_bytes;
  return std::min(2 * SegmentCharge * std::max(socket.congestion_window, InitialWindow),
                  SendBufferMax);
}

// Bytes are taken as whole frames; a frame larger than the buffer goes into an empty one.
bool Network::fits_send_buffer(const Socket& socket, std::uint32_t size) const {
  const std::uint64_t written = pipes_[socket.out_pipe].written;
  if (written == socket.unacknowledged) return true;
  const std::uint32_t limit = std::max(socket.buffer_max, send_buffer_of(socket));
  const std::uint32_t room = socket.unsent_tail == 0 ? 0 : BufferBytesMax - socket.unsent_tail;
  std::uint64_t charge = charge_of(socket, written) + std::min(room, size);
  for (std::uint32_t left = size - std::min(room, size); left > 0;) {
    if (charge >= limit) return false;
    const std::uint32_t part = std::min(left, BufferBytesMax);
    charge += BufferOverhead + part;
    left -= part;
  }
  return true;
}

// Flat: what every message of a program passes through.
[[gnu::flatten]] env::SendOutcome Network::tcp_send(Socket& socket, const base::Message& frame) {
  if (socket.state != TcpState::Established) return env::SendOutcome::Gone;
  if (!fits_send_buffer(socket, frame.size())) {
    socket.was_congested = true;
    return env::SendOutcome::Congested;
  }
  Pipe& pipe = pipes_[socket.out_pipe];
  pipe.written += frame.size();
  pipe.entries.push_back({pipe.written, frame, simulation_.cause()});
  const std::uint64_t filled = std::uint64_t{socket.unsent_tail} + frame.size();
  socket.unsent_tail = static_cast<std::uint32_t>((filled - 1) % BufferBytesMax + 1);
  push_data(socket);
  return env::SendOutcome::Queued;
}

// A third of the buffer must be free before a writer is told.
void Network::tell_writable(Socket& socket) {
  if (socket.sent.in_flight() < socket.congestion_window) {
    socket.buffer_max = std::max(socket.buffer_max, send_buffer_of(socket));
  }
  if (!socket.was_congested || socket.owner == nullptr) return;
  const std::uint64_t charge = charge_of(socket, pipes_[socket.out_pipe].written);
  if (charge * 3 <= std::uint64_t{socket.buffer_max} * 2) announce(socket);
}

// --- segments ---

std::uint64_t Network::stream_end(const Socket& socket) const {
  return pipes_[socket.out_pipe].written + (socket.fin_queued ? 1 : 0);
}

// Less than a segment is no window at all.
std::uint32_t Network::advertised_window(const Socket& socket) const {
  const std::uint64_t unread = socket.received_end - socket.read_end;
  const std::uint64_t room = ReceiveBufferMax - std::min<std::uint64_t>(unread, ReceiveBufferMax);
  return room < Mss ? 0 : static_cast<std::uint32_t>(room);
}

void Network::send_segment(Socket& socket, std::uint8_t flags, std::uint64_t sequence,
                           std::uint32_t length) {
  if (socket.peer_host == net::NoHost) return;
  Packet& packet = take_packet();
  packet.from = socket.host;
  packet.to = socket.peer_host;
  packet.source = socket.local;
  packet.destination = socket.remote;
  packet.flags = flags;
  packet.length = length;
  packet.wire_bytes = HeaderBytes + length;
  packet.sequence = sequence;
  packet.acknowledgement = socket.received_end + (socket.fin_received ? 1 : 0);
  packet.window = advertised_window(socket);
  packet.is_probe = probing_;
  packet.sender_slot = socket.slot;
  packet.receiver_slot = socket.peer_slot;
  if ((flags & FlagSyn) != 0) {
    packet.pipe = socket.out_pipe;
    ++pipes_[packet.pipe].references;
  }
  if (socket.ahead != nullptr) add_sacks(*socket.ahead, packet);
  socket.window_closed = packet.window == 0;
  if (socket.ack_pending) socket.ack_delay.on_acknowledged();
  if (length > 0) socket.ack_delay.on_sent_data(simulation_.now());
  socket.ack_pending = false;
  disarm_ack(socket);
  transmit(packet);
}

void Network::add_sacks(const Socket::Ahead& ahead, Packet& packet) {
  packet.sacks[packet.sack_count++] = ahead.newest;
  for (auto range = ahead.ranges.rbegin(); range != ahead.ranges.rend(); ++range) {
    if (packet.sack_count == SackRangesMax) return;
    if (*range != ahead.newest) packet.sacks[packet.sack_count++] = *range;
  }
}

void Network::send_acknowledgement(Socket& socket) {
  send_segment(socket, FlagAck, socket.next_to_send, 0);
}

// Asks for an answer: no data, an old sequence number. Of a shut window, or of a peer's life.
void Network::send_probe(Socket& socket) {
  probing_ = true;
  send_segment(socket, FlagAck, socket.unacknowledged == 0 ? 0 : socket.unacknowledged - 1, 0);
  probing_ = false;
}

void Network::send_reset(const Packet& to) {
  Packet& packet = take_packet();
  packet.from = to.to;
  packet.to = to.from;
  packet.source = to.destination;
  packet.destination = to.source;
  packet.flags = FlagRst | FlagAck;
  packet.wire_bytes = HeaderBytes;
  packet.sequence = to.acknowledgement;
  packet.receiver_slot = to.sender_slot;
  transmit(packet);
}

// --- what the windows allow ---

// Lost segments first, then new ones. After a retransmission time-out the congestion window is one
// segment, so messages written meanwhile only queue (rule 4).
void Network::push_data(Socket& socket) {
  const bool has_unsent = socket.unsent_tail > 0 || (socket.fin_queued && !socket.fin_sent);
  const bool is_out = socket.unacknowledged < socket.next_to_send;
  if (!has_unsent && !(is_out && socket.sent.has_lost())) return;
  bool did_send = false;
  while (socket.sent.has_lost() && socket.sent.in_flight() < socket.congestion_window) {
    send_range(socket, socket.sent.resend_lost(Mss, simulation_.now()));
    did_send = true;
  }
  while (socket.sent.in_flight() < socket.congestion_window && !socket.sent.has_lost() &&
         may_send_now(socket) && send_new(socket)) {
    did_send = true;
  }
  const bool waits_for_window = socket.sent.is_empty() && socket.next_to_send < stream_end(socket);
  const bool may_arm = socket.timer == SendTimer::Idle || socket.timer == SendTimer::TailProbe ||
                       (did_send && socket.timer == SendTimer::WindowProbe);
  if ((did_send || waits_for_window) && may_arm) arm_for_data(socket, base::EndOfTime, false);
}

// Nagle: what does not fill a segment waits until all is acknowledged (rule 29).
bool Network::may_send_now(const Socket& socket) const {
  if (socket.settings->no_delay || socket.sent.is_empty() || socket.fin_queued) return true;
  return pipes_[socket.out_pipe].written - socket.next_to_send >= Mss;
}

bool Network::send_new(Socket& socket) {
  const std::uint64_t data_end = pipes_[socket.out_pipe].written;
  const std::uint64_t begin = socket.next_to_send;
  if (begin >= stream_end(socket)) return false;
  const std::uint64_t room = socket.window_end - std::min(socket.window_end, begin);
  const std::uint64_t length = std::min({data_end - begin, std::uint64_t{Mss}, room});
  const bool with_fin = socket.fin_queued && begin + length == data_end;
  if (length == 0 && !with_fin) return false;
  if (with_fin) socket.fin_sent = true;
  socket.next_to_send = begin + length + (with_fin ? 1 : 0);
  const std::uint64_t unsent = data_end - std::min(data_end, socket.next_to_send);
  socket.unsent_tail =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(socket.unsent_tail, unsent));
  socket.sent.add({begin, socket.next_to_send}, simulation_.now());
  send_range(socket, {begin, socket.next_to_send});
  return true;
}

void Network::send_range(Socket& socket, ByteRange range) {
  const bool with_fin = socket.fin_sent && range.end > pipes_[socket.out_pipe].written;
  const std::uint64_t length = range.end - range.begin - (with_fin ? 1 : 0);
  const std::uint8_t flag = with_fin ? FlagFin : length > 0 ? net::FlagPsh : FlagAck;
  send_segment(socket, flag | FlagAck, range.begin, static_cast<std::uint32_t>(length));
}

// --- the congestion window ---

// Slow start, then a segment for each window acknowledged.
void Network::grow_congestion_window(Socket& socket, std::uint32_t acknowledged,
                                     std::uint32_t out_before) {
  if (socket.phase == CongestionPhase::Recovery) return;
  const bool slow = socket.congestion_window < socket.slow_start_end;
  if (out_before * (slow ? 2u : 1u) < socket.congestion_window) return;  // it was not the limit
  socket.window_credit += acknowledged;
  const std::uint32_t price = slow ? 1 : socket.congestion_window;
  const std::uint32_t growth = socket.window_credit / price;
  socket.window_credit %= price;
  socket.congestion_window = std::min(socket.congestion_window + growth, CongestionWindowMax);
}

void Network::enter_congestion(Socket& socket, CongestionPhase phase) {
  if (socket.phase == CongestionPhase::Open) {
    socket.slow_start_end = std::max(socket.congestion_window * 7 / 10, 2u);
    socket.recovery_end = socket.next_to_send;
  }
  socket.phase = phase;
  socket.window_credit = 0;
  if (phase == CongestionPhase::Loss) {
    socket.recovery_end = socket.next_to_send;
    socket.congestion_window = 1;
  } else {
    socket.congestion_window = socket.slow_start_end;
  }
}

}  // namespace splitscope::sim
