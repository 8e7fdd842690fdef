// The kernel's state of one socket, and what travels between kernels. Plain data; network.hpp and
// tcp.* hold the behaviour. Stream positions are 64-bit offsets from 0, so nothing wraps.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/message.hpp"
#include "engine/env/transport.hpp"
#include "engine/net/packet_rule.hpp"
#include "engine/net/topology.hpp"
#include "engine/sim/tcp_timing.hpp"

namespace splitscope::sim {

class SimTransport;

inline constexpr std::uint32_t NoSlot = 0xffff'ffff;
inline constexpr std::uint32_t Mss = 1448;
inline constexpr std::uint32_t InitialWindow = 10;            // segments
inline constexpr std::uint32_t SendBufferMax = 64 * 1024;     // bytes queued (rule 22)
inline constexpr std::uint32_t ReceiveBufferMax = 80 * 1024;  // bytes unread (rule 23)
inline constexpr std::uint32_t DatagramBufferMax = 212'992;   // bytes of truesize (rule 31)
inline constexpr std::uint32_t QuickAcks = 16;                // of a new connection (rule 28)

// One direction of a connection: the framed messages that make up its byte stream, with the offset
// at which each ends. Both ends share it, so bytes are never copied, and retransmission, merging
// into full segments, and framing are exact.
struct Pipe {
  struct Entry {
    std::uint64_t end = 0;
    base::Message frame;
    std::uint64_t cause = 0;
  };
  std::vector<Entry> entries;
  std::size_t first = 0;      // not yet read by the receiver
  std::uint64_t written = 0;  // offset after the last byte
  std::uint32_t references = 0;
};

// A run of bytes that arrived ahead of a gap.
struct ByteRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

struct Packet {
  std::uint32_t slot = NoSlot;  // its own
  net::HostId from = net::NoHost;
  net::HostId to = net::NoHost;
  base::Endpoint source;
  base::Endpoint destination;
  net::Protocol protocol = net::Protocol::Tcp;
  std::uint8_t flags = 0;
  std::uint8_t ttl = 64;
  net::RejectKind icmp =
      net::RejectKind::HostUnreachable;  // protocol Icmp: about the receiver's packet
  std::uint32_t length = 0;              // payload bytes
  std::uint32_t window = 0;
  std::uint64_t sequence = 0;  // offset of the first payload byte
  std::uint64_t acknowledgement = 0;
  std::uint64_t sacked = 0;              // end of the highest range beyond a gap, 0 = none
  std::uint32_t sacked_segments = 0;     // how many segments arrived beyond the gap
  bool is_probe = false;                 // of a shut window
  std::uint32_t sender_slot = NoSlot;    // of the sending socket
  std::uint32_t receiver_slot = NoSlot;  // as far as the sender knows it
  std::uint32_t pipe = NoSlot;           // SYN, SYN-ACK: the sender's direction
  base::Message datagram;
  std::uint64_t cause = 0;
};

enum class SocketKind : std::uint8_t { Free, Listener, Stream, Datagram };

enum class TcpState : std::uint8_t {
  SynSent,
  SynReceived,
  Established,  // also while only the peer has sent FIN
  FinSent,      // we closed; maybe orphaned
  Dead,         // over; the process has not been told yet
};

// Fields are in order of use, so that a segment's way touches few cache lines.
struct Socket {
  static constexpr base::Instant NeverHeard{base::Duration::min()};
  static constexpr std::size_t HotBytes = 256;

  // --- any ---
  SocketKind kind = SocketKind::Free;
  TcpState state = TcpState::Dead;
  bool orphan = false;    // its process closed it or is gone
  bool accepted = false;  // the process knows it
  bool told_connected = false;
  bool was_congested = false;
  env::CloseReason death = env::CloseReason::Closed;
  std::uint32_t generation = 0;
  net::HostId host = net::NoHost;
  net::HostId peer_host = net::NoHost;
  base::Endpoint local;  // of a datagram socket the group, or the port
  base::Endpoint remote;
  SimTransport* owner = nullptr;  // nullptr for orphans
  env::ConnectionHandler* handler = nullptr;
  env::DatagramHandler* datagram_handler = nullptr;

  // Datagram: received, not read.
  struct Received {
    base::Endpoint from;
    base::Message datagram;
    std::uint64_t cause;
  };
  std::vector<Received> received;
  std::uint32_t received_truesize = 0;

  // --- stream: receiving ---
  std::uint32_t peer_slot = NoSlot;
  base::Instant heard_at = NeverHeard;  // the last segment of the peer's
  std::uint64_t received_end = 0;       // next byte expected
  std::uint64_t read_end = 0;           // what the process has read
  std::uint64_t fin_at = 0;
  std::uint32_t in_pipe = NoSlot;
  std::uint32_t out_pipe = NoSlot;
  std::uint32_t quick_acks = QuickAcks;
  bool fin_received = false;
  bool fin_known = false;
  bool ack_pending = false;
  bool window_closed = false;  // our last advertised window was shut

  // Timers: an event may be pending earlier than the deadline; it then only moves on.
  base::Instant retransmit_deadline = base::EndOfTime;
  base::Instant retransmit_event = base::EndOfTime;
  base::Instant ack_deadline = base::EndOfTime;
  base::Instant ack_event = base::EndOfTime;

  // --- stream: sending ---
  std::uint64_t unacknowledged = 0;  // first byte not acknowledged
  std::uint64_t next_to_send = 0;
  std::uint64_t send_high = 0;  // highest byte ever sent
  std::uint64_t peer_window = 65'535;
  std::uint64_t timed_end = 0;  // the byte whose acknowledgement is a round-trip sample; 0 = none
  base::Instant timed_at{};
  std::uint32_t congestion_window = InitialWindow;  // segments
  std::uint32_t backoff = 0;
  bool fin_queued = false;
  bool fin_sent = false;
  bool fin_acknowledged = false;
  bool probe_sent = false;
  bool rto_seen = false;
  RttEstimator rtt;
  std::vector<ByteRange> ahead;  // received beyond a gap: sorted, apart
  std::uint32_t ahead_segments = 0;

  // --- seldom ---
  std::uint32_t syn_count = 0;
  std::uint64_t recovery_end = 0;  // no second fast retransmission before this is acknowledged
  base::Instant first_rto_at{};
  base::Instant connect_deadline{};
  base::Instant connect_started{};

  // Listener.
  std::uint32_t backlog = 0;
  std::vector<std::uint32_t> accept_queue;  // established, not accepted
};

}  // namespace splitscope::sim
