// The kernel's state of sockets, and what travels between kernels. Plain data; network.hpp and
// tcp_*.cpp hold the behaviour. Stream positions are 64-bit offsets from 0, so nothing wraps.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/env/transport.hpp"
#include "engine/net/fabric.hpp"
#include "engine/sim/ack_delay.hpp"
#include "engine/sim/kernel_timers.hpp"
#include "engine/sim/sent_segments.hpp"
#include "engine/sim/tcp_settings.hpp"

namespace splitscope::sim {

class Process;
class SimTransport;

inline constexpr std::uint32_t NoSlot = 0xffff'ffff;
inline constexpr std::uint32_t Mss = 1448;
inline constexpr std::uint32_t InitialWindow = 10;            // segments
inline constexpr std::uint32_t CongestionWindowMax = 1000;    // segments
inline constexpr std::uint32_t ReceiveBufferMax = 80 * 1024;  // bytes unread (rule 23)
inline constexpr std::uint32_t DatagramBufferMax = 212'992;   // bytes of truesize (rule 31)
inline constexpr std::size_t SackRangesMax = 3;               // of one segment, beside timestamps

// One direction of a connection: the framed messages that make up its byte stream, with the offset
// at which each ends. Both ends share it, so bytes are never copied, and retransmission, merging
// into full segments, and framing are exact.
struct alignas(64) Pipe {
  struct Entry {
    std::uint64_t end = 0;
    base::Message frame;
    std::uint32_t cause = 0;
  };
  SmallQueue<Entry> entries;
  std::uint32_t first = 0;  // not yet read by the receiver
  std::uint32_t references = 0;
  std::uint64_t written = 0;  // offset after the last byte

  bool has_unread() const { return first < entries.size(); }
  const Entry& unread() const { return entries[first]; }
  // Precondition: has_unread().
  Entry read(bool is_kept) { return is_kept ? entries[first++] : entries.pop_front(); }
};

// What every packet has: a datagram is no more than this, one cache line.
struct alignas(64) PacketHeader : net::PacketView {
  std::uint32_t slot = NoSlot;  // its own
  net::HostId from = net::NoHost;
  net::HostId to = net::NoHost;
  std::uint32_t sender_slot = NoSlot;    // of the sending socket
  std::uint32_t receiver_slot = NoSlot;  // as far as the sender knows it
  std::uint32_t pipe = NoSlot;           // SYN, SYN-ACK: the sender's direction
  std::uint32_t cause = 0;
  net::RejectKind icmp =
      net::RejectKind::HostUnreachable;  // protocol Icmp: about the receiver's packet
  base::Message datagram;
};
static_assert(sizeof(PacketHeader) == 64);

// The rest is a segment's; of a datagram it is left as it was.
struct Packet : PacketHeader {
  std::uint32_t length = 0;  // payload bytes
  std::uint32_t window = 0;
  std::uint64_t sequence = 0;  // offset of the first payload byte
  std::uint64_t acknowledgement = 0;
  std::array<ByteRange, SackRangesMax> sacks{};  // what arrived beyond a gap, the newest first
  std::uint8_t sack_count = 0;
  bool is_probe = false;  // of a shut window, or to keep alive
};

// A datagram on its way over plain links. What is sent to many at once is one of these: a burst
// stays in the cache, however many it is for.
struct DatagramInFlight {
  base::Message datagram;
  base::Endpoint source;
  std::uint32_t cause = 0;
  std::uint32_t references = 0;  // receivers that it has not reached; 0: nobody's
};

enum class SocketKind : std::uint8_t { Free, Listener, Stream };

enum class TcpState : std::uint8_t {
  SynSent,
  SynReceived,
  Established,  // also while only the peer has sent FIN
  FinSent,      // we closed; maybe orphaned
  Dead,         // over; the process has not been told yet
};

enum class CongestionPhase : std::uint8_t {
  Open,
  Recovery,  // losses are repaired while others arrive
  Loss,      // after a retransmission time-out
};

// What the retransmission timer is for.
enum class SendTimer : std::uint8_t {
  Idle,
  Handshake,       // SYN or SYN-ACK again
  TailProbe,       // rule 2
  Retransmission,  // rule 4
  Reordering,      // a late segment becomes a lost one (rule 27)
  WindowProbe,     // rule 24
};

// A UDP port or a membership in a multicast group.
struct alignas(16) DatagramSocket {
  // Tells these sockets from TCP's where one number may name either.
  static constexpr std::uint32_t Bit = 0x8000'0000;
  // Of a slot: it is not the one that its host has in any case.
  static constexpr std::uint32_t FurtherBit = 0x4000'0000;

  struct Received {
    base::Endpoint from;
    base::Message datagram;
    std::uint32_t cause;
  };
  // Not read yet, because the process was not free.
  struct Waiting {
    std::vector<Received> datagrams;
    std::uint32_t truesize = 0;
  };
  // First what every datagram looks at.
  base::Endpoint local;         // of a member the group
  std::uint32_t next = NoSlot;  // of the same host
  std::uint32_t generation = 0;
  Process* process = nullptr;  // nullptr: nobody's
  env::DatagramHandler* handler = nullptr;
  std::unique_ptr<Waiting> waiting;  // none: nothing waits
  net::HostId host = net::NoHost;

  bool is_open() const { return process != nullptr; }
  bool is_port(std::uint16_t port) const {
    return local.port == port && !local.address.is_multicast() && is_open();
  }
};

// TCP. Fields are in order of use, a cache line to a paragraph: a segment with data concerns its
// receiver's first four and its sender's first six, as an acknowledgement does.
struct alignas(64) Socket {
  static constexpr std::size_t ReceivingBytes = 256;  // what an arriving segment with data concerns
  static constexpr std::size_t SendingBytes = 384;    // what sending or acknowledging one does

  // --- whose it is ---
  SocketKind kind = SocketKind::Free;
  TcpState state = TcpState::Dead;
  bool orphan = false;    // its process closed it or is gone
  bool accepted = false;  // the process knows it
  bool told_connected = false;
  bool was_congested = false;
  env::CloseReason death = env::CloseReason::Closed;
  bool reuse_address = true;    // as it was when it was opened
  std::uint32_t slot = NoSlot;  // its own
  std::uint32_t generation = 0;
  net::HostId host = net::NoHost;
  net::HostId peer_host = net::NoHost;
  std::uint32_t peer_slot = NoSlot;
  base::Endpoint local;
  base::Endpoint remote;
  env::ConnectionId id;           // once the process knows it
  SimTransport* owner = nullptr;  // nullptr for orphans

  // --- receiving ---
  std::uint64_t received_end = 0;  // next byte expected
  std::uint64_t read_end = 0;      // what the process has read
  AckDelay ack_delay;
  KernelTimers::Place delayed_ack;
  std::uint32_t in_pipe = NoSlot;
  bool fin_received = false;
  bool fin_known = false;
  bool ack_pending = false;
  bool window_closed = false;  // our last advertised window was shut
  // Received beyond a gap.
  struct Ahead {
    std::vector<ByteRange> ranges;  // sorted, apart
    ByteRange newest{};
  };
  std::unique_ptr<Ahead> ahead;  // none: there is no gap

  // --- both ways ---
  env::ConnectionHandler* handler = nullptr;
  base::Instant heard_at{};
  std::uint64_t unacknowledged = 0;  // first byte not acknowledged
  std::uint64_t next_to_send = 0;    // first byte never sent
  std::uint64_t window_end = 0;      // the peer takes bytes up to here; never falls
  std::uint32_t out_pipe = NoSlot;
  std::uint32_t unsent_tail = 0;  // bytes in the last buffer not sent from; 0 = all is sent
  std::uint32_t keep_alive_probes = 0;
  std::uint32_t window_probes = 0;
  SendTimer timer = SendTimer::Idle;
  CongestionPhase phase = CongestionPhase::Open;
  bool fin_queued = false;
  bool fin_sent = false;
  bool fin_acknowledged = false;
  bool closed_first = false;
  bool rto_seen = false;
  bool queued_for_neighbour = false;  // ARP asks; the head waits

  // --- sending ---
  KernelTimers::Place retransmit;  // what `timer` is for
  base::Instant retransmit_at{};
  RttEstimator rtt;
  base::Instant progress_at{};                      // the peer acknowledged something new
  const TcpSettings* settings = nullptr;            // of the process that opened it
  std::uint32_t congestion_window = InitialWindow;  // segments
  std::uint32_t slow_start_end = CongestionWindowMax;

  SentSegments sent;            // from `unacknowledged` to `next_to_send`
  std::uint64_t probe_end = 0;  // a tail loss probe is out until this is acknowledged; 0 = none
  std::uint32_t backoff = 0;
  std::uint32_t buffer_max = 0;  // of the send buffer, as it has grown (rule 22)

  // --- seldom ---
  env::CloseReason soft_error = env::CloseReason::Broken;  // what giving up is called (rule 7)
  std::uint32_t syn_count = 0;
  std::uint32_t window_credit = 0;  // segments acknowledged towards the window's next growth
  std::uint64_t recovery_end = 0;   // acknowledging this ends the phase
  std::uint64_t fin_at = 0;
  base::Instant first_rto_at{};  // or of the first window probe
  base::Instant connect_deadline{};
  base::Instant connect_started{};

  struct Listener {
    std::uint32_t backlog = 0;
    std::vector<std::uint32_t> accept_queue;  // established, not accepted
  };
  std::unique_ptr<Listener> listener;  // kind Listener
};

}  // namespace splitscope::sim
