// The simulated network and the kernels of its hosts: packets, sockets, ARP as far as it matters,
// and TCP as Linux does it (tcp.cpp, tcp_timers.cpp). What is cut, delayed or lost are packets.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/net/fabric.hpp"
#include "engine/sim/process.hpp"
#include "engine/sim/slot_pool.hpp"
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
  void prefetch(const Event& event) const override;

  // The payload of a TCP packet that an observer is being told of. Needs the observer to have been
  // set before the connection opened, since streams keep what was read only while one is set.
  void copy_payload(const Packet& packet, std::vector<std::byte>& payload) const;

  std::uint64_t packets_sent() const { return packets_sent_; }
  // Sockets in use, all hosts; for tests of leaks.
  std::uint32_t open_sockets() const { return open_sockets_; }

 private:
  friend class SimTransport;

  struct Neighbour {
    net::HostId host;
    base::Instant heard_at;
  };
  struct Host {
    bool on = true;
    std::uint32_t datagram_socket = NoSlot;  // the last that was opened; for prefetching
    const Process* process = nullptr;        // the last that was attached; for prefetching
    std::uint16_t next_port = 32768;
    std::vector<std::uint32_t> sockets;  // in order of opening
    std::vector<Neighbour> neighbours;   // those heard by no socket that is still open
  };

  // --- network.cpp: sockets, packets ---
  std::uint32_t open_socket(SocketKind kind, net::HostId host, SimTransport* owner);
  void free_socket(std::uint32_t slot);
  std::uint32_t open_pipe();
  void release_pipe(std::uint32_t& pipe);
  Packet& take_packet();
  void give_back_packet(Packet& packet);
  std::uint32_t find_listener(net::HostId host, base::Endpoint local) const;
  std::uint32_t find_stream(net::HostId host, base::Endpoint local, base::Endpoint remote) const;
  std::uint16_t ephemeral_port(net::HostId host, base::Endpoint remote);
  // Sends a packet that was taken; it is spent.
  void transmit(Packet& packet);
  void transmit_judged(Packet& packet, const net::PacketView& view);
  void deliver_after(Packet& packet, base::Duration delay);
  void reject(const Packet& packet, net::RejectKind kind);
  void arrive(Packet& packet);
  void absorb_fate(const Packet& packet, PacketObserver::Fate fate);
  void remember_neighbour(net::HostId host, net::HostId peer, base::Instant heard_at);
  bool knows_neighbour(net::HostId host, net::HostId peer) const;
  void on_datagram(const Packet& packet);
  void on_icmp(const Packet& packet);
  void send_multicast(const Socket* sender, net::HostId host, std::uint16_t source_port,
                      const env::MulticastOptions& options, const base::Message& datagram);

  // --- tcp.cpp: segments ---
  std::uint32_t tcp_connect(SimTransport& owner, net::HostId host, base::Endpoint remote,
                            base::Duration timeout, env::ConnectionHandler& handler);
  env::SendOutcome tcp_send(std::uint32_t slot, const base::Message& frame);
  void tcp_close(std::uint32_t slot);
  // The process is gone or lets go: FIN, or RST if it left data unread.
  void tcp_abandon(std::uint32_t slot);
  void on_segment(const Packet& packet);
  void on_syn(const Packet& packet, std::uint32_t listener);
  void on_syn_ack(std::uint32_t slot, const Packet& packet);
  void on_reset(std::uint32_t slot, const Packet& packet);
  void on_acknowledgement(std::uint32_t slot, const Packet& packet);
  void on_payload(std::uint32_t slot, const Packet& packet);
  void establish(std::uint32_t slot);
  void receive_range(Socket& socket, std::uint64_t begin, std::uint64_t end);
  void acknowledge_later(std::uint32_t slot, bool out_of_order);
  void send_segment(std::uint32_t slot, std::uint8_t flags, std::uint64_t sequence,
                    std::uint32_t length);
  void send_acknowledgement(std::uint32_t slot);
  void send_syn(std::uint32_t slot);
  void send_reset(const Packet& to);
  void send_window_probe(std::uint32_t slot);
  std::size_t waiting_connections(std::uint32_t listener) const;
  void push_data(std::uint32_t slot);
  void retransmit_head(std::uint32_t slot);
  void fast_retransmit(std::uint32_t slot);
  void die(std::uint32_t slot, env::CloseReason reason);
  void finish_if_closed(std::uint32_t slot);
  void announce(const Socket& socket, std::uint32_t slot);
  std::uint32_t advertised_window(const Socket& socket) const;
  std::uint64_t stream_end(const Socket& socket) const;  // including FIN, which counts one byte
  void open_window(std::uint32_t slot);

  // --- tcp_timers.cpp ---
  enum class TimerKind : std::uint32_t { Retransmit, DelayedAck };
  void arm_retransmit(std::uint32_t slot, base::Instant at);
  void arm_retransmit_for_data(std::uint32_t slot);
  void arm_ack(std::uint32_t slot, base::Instant at);
  void on_kernel_timer(const Event& event);
  void on_retransmit_timer(std::uint32_t slot);
  void on_syn_timer(std::uint32_t slot);
  void on_data_timer(std::uint32_t slot);

  Simulation& simulation_;
  net::Fabric fabric_;
  net::Topology& topology_ = fabric_.topology();
  base::Prng random_;
  base::Prng rule_random_;
  PacketObserver* observer_ = nullptr;
  std::vector<Host> hosts_;
  SlotPool<Socket, 4> sockets_;
  std::uint32_t open_sockets_ = 0;
  SlotPool<Pipe, 4> pipes_;
  SlotPool<Packet, 6> packets_;
  struct Held {
    net::RuleId rule;
    std::uint32_t packet;
  };
  std::vector<Held> held_;
  std::vector<std::uint32_t> groups_;  // datagram sockets, in order of joining
  std::vector<std::unique_ptr<SimTransport>> transports_;
  std::vector<Socket::Received> being_read_;  // empty between events; kept for its memory
  std::uint64_t packets_sent_ = 0;
  bool probing_ = false;  // the segment being built is a window probe
};

}  // namespace splitscope::sim
