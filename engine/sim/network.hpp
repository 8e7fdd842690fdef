// The simulated network and the kernels of its hosts: packets, sockets, ARP as far as it matters,
// and TCP as Linux does it (tcp_*.cpp). What is cut, delayed or lost are packets.
#pragma once

#include <bit>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "engine/net/fabric.hpp"
#include "engine/net/icmp_limiter.hpp"
#include "engine/sim/kernel_timers.hpp"
#include "engine/sim/neighbours.hpp"
#include "engine/sim/process.hpp"
#include "engine/sim/socket.hpp"

namespace splitscope::sim {

class SimTransport;

// Sees every packet that is sent and what became of it; for captures. Costs one branch when absent.
class PacketObserver {
 public:
  enum class Fate : std::uint8_t { Sent, Lost, Dropped, Rejected, Held };
  virtual void on_packet(base::Instant at, const Packet& packet, Fate fate) = 0;

 protected:
  ~PacketObserver() = default;
};

// There is no HTTP in this version's simulated networks: every request fails.
class NoHttpClient final : public env::HttpClient {
 public:
  env::HttpRequestId send(env::HttpRequest, env::HttpHandler&) override { return {}; }
  void cancel(env::HttpRequestId) override {}
};

class Network final : public EventHandler {
 public:
  explicit Network(Simulation& simulation);
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  net::Topology& topology() { return topology_; }
  const net::Topology& topology() const { return topology_; }
  const net::RuleChain& rules() const { return fabric_.rules(); }
  net::RuleId install(net::PacketRule rule) { return fabric_.rules().install(std::move(rule)); }
  // What a hold kept is sent now, in order.
  void remove(net::RuleId rule);
  void set_observer(PacketObserver* observer) { observer_ = observer; }
  // All later delays and losses come from this stream.
  void reseed(base::Prng random) { random_ = random; }

  net::HostId add_host(std::uint32_t subnet, base::Ipv4 address);
  bool is_on(net::HostId host) const { return hosts_[host.value].on; }
  // Silence: the kernel's state is lost, nothing is sent. The processes must have been ended.
  void power_off(net::HostId host);
  void power_on(net::HostId host);

  // The kernel as one process on that host sees it; kept until the network goes.
  SimTransport& attach(net::HostId host, Process& process);

  void on_event(const Event& event) override;
  void prefetch(const Event& event, int ahead) const override;

  // The payload of a TCP packet that an observer is being told of. Needs the observer to have been
  // set before the connection opened, since streams keep what was read only while one is set.
  void copy_payload(const Packet& packet, std::vector<std::byte>& payload) const;

  std::uint64_t packets_sent() const { return packets_sent_; }
  // Sockets in use, all hosts; for tests of leaks.
  std::uint32_t open_sockets() const { return open_sockets_; }

 private:
  friend class SimTransport;

  // The port of a connection that was closed from here first (TIME_WAIT).
  struct TimeWait {
    std::uint16_t port;
    bool reuse;
    base::Instant until;
  };
  static constexpr std::size_t TimeWaitsMax = 4096;  // of one host
  // How often this host is told by `from` that something is unreachable.
  struct IcmpCredit {
    net::HostId from;
    net::IcmpLimiter limiter;
  };
  // What only a host has that uses connections, or was told of something unreachable.
  struct TcpHost {
    bool has_used_all_ports = false;  // the ephemeral ones, since it is on
    std::uint16_t next_port = 32768;
    std::vector<std::uint32_t> sockets;      // in order of opening
    std::unique_ptr<Neighbours> neighbours;  // once a neighbour may have fallen silent
    std::vector<TimeWait> time_waits;
    std::vector<IcmpCredit> icmp_credits;
  };
  struct Host {
    bool on = true;
    std::unique_ptr<TcpHost> tcp;
  };

  // --- network.cpp: sockets, pipes ---
  TcpHost& tcp_of(net::HostId host);
  // Those of TCP, in order of opening.
  std::span<const std::uint32_t> sockets_of(net::HostId host) const;
  Socket& open_socket(SocketKind kind, net::HostId host, SimTransport* owner);
  void free_socket(Socket& socket);
  std::uint32_t open_pipe();
  void release_pipe(std::uint32_t& pipe);
  // nullptr: there is none.
  Socket* find_listener(net::HostId host, base::Endpoint local);
  Socket* find_stream(net::HostId host, base::Endpoint local, base::Endpoint remote);
  std::uint16_t ephemeral_port(net::HostId host, base::Endpoint remote);

  // --- packets.cpp ---
  static constexpr std::uint32_t CachedSocketsMax = 1000;  // what more of them need is prefetched
  static constexpr std::uint32_t HeaderBytes = 14 + 20 + 20;  // Ethernet, IPv4, TCP
  static constexpr base::Duration LoopbackDelay = std::chrono::microseconds{15};
  Packet& take_packet();
  void give_back_packet(Packet& packet);
  // Sends a packet that was taken; it is spent.
  void transmit(Packet& packet);
  void transmit_judged(Packet& packet);
  void loop_back(Packet& packet);
  void deliver_after(Packet& packet, base::Duration delay);
  void reject(const Packet& packet, net::RejectKind kind);
  void answer_unreachable(const Packet& packet, net::RejectKind kind);
  net::IcmpLimiter& icmp_limiter(net::HostId told, net::HostId by);
  void arrive(const Packet& packet);
  void prefetch_segment(const Packet& packet, const Socket& socket, int ahead) const;
  void absorb_fate(const Packet& packet, PacketObserver::Fate fate);
  // `content`: a hash of what the packet carries.
  void absorb_fate(net::HostId from, net::HostId to, std::uint8_t flags, PacketObserver::Fate fate,
                   std::uint64_t content);

  // --- datagrams.cpp ---
  void open_datagram_socket(net::HostId host, base::Endpoint local, Process& process,
                            env::DatagramHandler& handler);
  void free_datagram_socket(std::uint32_t slot);
  // Those of one process, or of all.
  void free_datagram_sockets(net::HostId host, const Process* process);
  const DatagramSocket& datagram_socket(std::uint32_t slot) const;
  DatagramSocket& datagram_socket(std::uint32_t slot);
  // The socket of a port of the host, or NoSlot.
  std::uint32_t find_datagram_socket(net::HostId host, std::uint16_t port) const;
  // The process's membership in the group, or NoSlot.
  std::uint32_t find_member(const Process& process, base::Endpoint group) const;
  void send_datagram(net::HostId from, std::uint16_t from_port, base::Endpoint to,
                     const base::Message& datagram);
  void send_multicast(net::HostId from, const env::MulticastOptions& options,
                      const base::Message& datagram);
  Packet& take_datagram(net::HostId from, net::HostId to, const base::Message& datagram);
  // Tells the observer of one that is not judged.
  void show_datagram(const net::PacketView& view, net::HostId from, net::HostId to,
                     const base::Message& datagram, PacketObserver::Fate fate);
  // Puts such a one into flight, or joins it to the one before if that is the same.
  std::uint32_t launch(base::Endpoint source, const base::Message& datagram);
  void land(const Event& event);
  void prefetch_datagram(const Event& event, int ahead) const;
  void on_datagram(const PacketHeader& packet);
  void hand_over(std::uint32_t slot, base::Endpoint from, const base::Message& datagram);
  // For when the process is free.
  void keep_datagram(std::uint32_t slot, base::Endpoint from, const base::Message& datagram);
  void serve_datagrams(std::uint32_t slot);

  // --- tcp_open.cpp ---
  static constexpr std::uint32_t SynAckCountMax = 6;
  Socket& tcp_connect(SimTransport& owner, net::HostId host, base::Endpoint remote,
                      base::Duration timeout, env::ConnectionHandler& handler);
  void send_syn(Socket& socket);
  void on_handshake_timer(Socket& socket);
  void on_syn(const Packet& packet, const Socket& listener);
  void on_syn_ack(Socket& socket, const Packet& packet);
  bool establish(Socket& socket);
  void become_established(Socket& socket);
  std::size_t waiting_connections(const Socket& listener) const;
  bool is_port_busy(net::HostId host, std::uint16_t port, bool reuse) const;

  // --- tcp_send.cpp ---
  env::SendOutcome tcp_send(Socket& socket, const base::Message& frame);
  bool fits_send_buffer(const Socket& socket, std::uint32_t size) const;
  std::uint32_t send_buffer_of(const Socket& socket) const;
  void tell_writable(Socket& socket);
  std::uint64_t stream_end(const Socket& socket) const;  // including FIN, which counts one byte
  std::uint32_t advertised_window(const Socket& socket) const;
  void send_segment(Socket& socket, std::uint8_t flags, std::uint64_t sequence,
                    std::uint32_t length);
  static void add_sacks(const Socket::Ahead& ahead, Packet& packet);
  void send_acknowledgement(Socket& socket);
  void send_probe(Socket& socket);
  void send_reset(const Packet& to);
  void push_data(Socket& socket);
  bool may_send_now(const Socket& socket) const;
  // Sends the next segment that was never sent; false if there is none or the peer has no room.
  bool send_new(Socket& socket);
  void send_range(Socket& socket, ByteRange range);
  static void grow_congestion_window(Socket& socket, std::uint32_t acknowledged,
                                     std::uint32_t out_before);
  static void enter_congestion(Socket& socket, CongestionPhase phase);

  // --- tcp_receive.cpp ---
  void on_segment(const Packet& packet);
  Socket* receiver_of(const Packet& packet);
  void on_stray_segment(const Packet& packet);
  void on_control_segment(Socket& socket, const Packet& packet);
  void on_reset(Socket& socket, const Packet& packet);
  void on_acknowledgement(Socket& socket, const Packet& packet);
  void acknowledge(Socket& socket, std::uint64_t until);
  void on_payload(Socket& socket, const Packet& packet);
  static void receive_range(Socket& socket, std::uint64_t begin, std::uint64_t end);
  static void keep_ahead(Socket& socket, ByteRange range);
  static void join_ahead(Socket& socket);
  void acknowledge_payload(Socket& socket, bool at_once);
  void acknowledge_read(Socket& socket);
  void open_window(Socket& socket);

  // --- tcp_close.cpp ---
  void tcp_abandon(Socket& socket);
  void die(Socket& socket, env::CloseReason reason);
  void finish_if_closed(Socket& socket);
  void keep_time_wait(const Socket& socket);
  void arm_life(Socket& socket, base::Duration delay);
  void on_life_timer(Socket& socket);

  // --- tcp_unreachable.cpp ---
  Neighbours& neighbours_of(net::HostId host);
  bool answers_arp(net::HostId from, net::HostId to);
  bool neighbour_takes(Socket& socket);
  bool queue_for_neighbour(Socket& socket, Neighbours::Verdict verdict);
  void on_neighbour_timer(Socket& socket);
  base::Instant last_progress(net::HostId host, base::Ipv4 peer) const;
  void on_icmp(const Packet& packet);
  void on_unreachable(Socket& socket, net::RejectKind kind, std::uint64_t sequence);

  // --- tcp_timers.cpp ---
  void arm_retransmit(Socket& socket, SendTimer timer, base::Instant at);
  void disarm_retransmit(Socket& socket);
  void arm_ack(Socket& socket, base::Instant at);
  void disarm_ack(Socket& socket);
  KernelTimers::Place set_timer(const Socket& socket, KernelTimers::Kind kind, base::Instant at);
  void arm_for_data(Socket& socket, base::Instant late_until, bool advanced);
  void on_kernel_timer(const KernelTimers::Timer& timer);
  void on_retransmit_timer(Socket& socket);
  void on_ack_timer(Socket& socket);
  void on_tail_probe_timer(Socket& socket);
  void on_reordering_timer(Socket& socket);
  void on_retransmission_timeout(Socket& socket);
  void on_window_probe_timer(Socket& socket);
  base::Duration patience_of(const Socket& socket) const;
  bool gives_up(Socket& socket);
  void back_off(Socket& socket, SendTimer timer);

  void announce(const Socket& socket);

  Simulation& simulation_;
  KernelTimers timers_{simulation_};
  net::Fabric fabric_;
  net::Topology& topology_ = fabric_.topology();
  base::Prng random_;
  base::Prng rule_random_;
  base::Prng neighbour_random_;
  PacketObserver* observer_ = nullptr;
  std::vector<Host> hosts_;
  SlotPool<Socket, 4> sockets_;
  // By host the one that it has in any case, used or not, which knows the next: what most hosts
  // need is found by their number.
  SlotPool<DatagramSocket, 6> first_datagram_sockets_;
  SlotPool<DatagramSocket, 6> further_datagram_sockets_;
  SlotPool<DatagramInFlight, 6> in_flight_;
  std::uint32_t launched_last_ = NoSlot;
  std::uint32_t open_sockets_ = 0;
  SlotPool<Pipe, 4> pipes_;
  SlotPool<Packet, 6> packets_;
  struct Held {
    net::RuleId rule;
    std::uint32_t packet;
  };
  std::vector<Held> held_;
  std::vector<std::uint32_t> groups_;                     // datagram sockets, in order of joining
  std::unique_ptr<std::deque<SimTransport>> transports_;  // behind a pointer: declared only
  TcpSettings tcp_defaults_;
  NoHttpClient http_;
  std::uint64_t packets_sent_ = 0;
  bool probing_ = false;  // the segment being built is a probe
};

// --- what every packet passes through ---

inline Packet& Network::take_packet() {
  const std::uint32_t slot = packets_.take();
  Packet& packet = packets_[slot];
  // Field by field: the datagram was let go when the packet was given back.
  static_cast<net::PacketView&>(packet) = net::PacketView{};
  packet.slot = slot;
  packet.from = packet.to = net::NoHost;
  packet.sender_slot = packet.receiver_slot = packet.pipe = NoSlot;
  packet.icmp = net::RejectKind::HostUnreachable;
  packet.length = packet.window = 0;
  packet.sequence = packet.acknowledgement = 0;
  packet.sack_count = 0;
  packet.is_probe = false;
  packet.cause = simulation_.cause();
  return packet;
}

inline const DatagramSocket& Network::datagram_socket(std::uint32_t slot) const {
  if ((slot & DatagramSocket::FurtherBit) == 0) [[likely]]
    return first_datagram_sockets_[slot];
  return further_datagram_sockets_[slot ^ DatagramSocket::FurtherBit];
}

inline DatagramSocket& Network::datagram_socket(std::uint32_t slot) {
  return const_cast<DatagramSocket&>(std::as_const(*this).datagram_socket(slot));
}

inline std::uint32_t Network::find_datagram_socket(net::HostId host, std::uint16_t port) const {
  std::uint32_t slot = host.value;
  do {
    const DatagramSocket& socket = datagram_socket(slot);
    if (socket.is_port(port)) [[likely]]
      return slot;
    slot = socket.next;
  } while (slot != NoSlot);
  return NoSlot;
}

inline void Network::give_back_packet(Packet& packet) {
  packet.datagram.reset();
  if (packet.pipe != NoSlot) release_pipe(packet.pipe);
  packets_.give_back(packet.slot);
}

inline void Network::absorb_fate(net::HostId from, net::HostId to, std::uint8_t flags,
                                 PacketObserver::Fate fate, std::uint64_t content) {
  const std::uint64_t way = (std::uint64_t{from.value} << 36) | (std::uint64_t{to.value} << 12) |
                            (std::uint64_t{flags} << 4) | static_cast<std::uint64_t>(fate);
  simulation_.digest().absorb(content ^ std::rotl(way, 29));
}

inline void Network::absorb_fate(const Packet& packet, PacketObserver::Fate fate) {
  const std::uint64_t content = packet.protocol == net::Protocol::Udp
                                    ? packet.datagram.hash()
                                    : (packet.sequence << 24) ^ (packet.acknowledgement << 8) ^
                                          (std::uint64_t{packet.length} << 40);
  absorb_fate(packet.from, packet.to, packet.flags, fate, content);
  if (observer_ != nullptr) observer_->on_packet(simulation_.now(), packet, fate);
}

inline void Network::deliver_after(Packet& packet, base::Duration delay) {
  simulation_.schedule(simulation_.now() + delay, EventClass::Packet, packet.to.value, packet.slot,
                       0);
}

inline void Network::transmit(Packet& packet) {
  ++packets_sent_;
  if (packet.from == packet.to) {
    loop_back(packet);
    return;
  }
  const auto crossing = fabric_.pass_plainly(packet, packet.from, packet.to, random_);
  if (!crossing.has_value()) {
    transmit_judged(packet);
    return;
  }
  absorb_fate(packet, crossing->is_lost ? PacketObserver::Fate::Lost : PacketObserver::Fate::Sent);
  if (crossing->is_lost) {
    give_back_packet(packet);
  } else {
    deliver_after(packet, crossing->delay);
  }
}

inline void Network::hand_over(std::uint32_t slot, base::Endpoint from,
                               const base::Message& datagram) {
  // A process for which something waits has a backlog, so it is not free.
  const DatagramSocket& socket = datagram_socket(slot);
  const auto handler = [&] { socket.handler->on_datagram(from, datagram); };
  if (!socket.process->run_now(handler)) keep_datagram(slot, from, datagram);
}

inline void Network::land(const Event& event) {
  DatagramInFlight& landing = in_flight_[event.a];
  const std::uint32_t slot =
      find_datagram_socket(net::HostId{event.index()}, static_cast<std::uint16_t>(event.b));
  // Senders to a port that nobody has are told nothing, since they are not connected (rule 30).
  if (slot != NoSlot) {
    simulation_.set_cause(landing.cause);
    hand_over(slot, landing.source, landing.datagram);
  }
  if (--landing.references > 0) return;
  landing.datagram.reset();
  in_flight_.give_back(event.a);
}

}  // namespace splitscope::sim
