// Hosts, sockets and packets. What TCP does with a segment is in tcp_receive.cpp.
#include "engine/sim/network.hpp"

#include <algorithm>
#include <bit>

#include "engine/base/assert.hpp"
#include "engine/sim/sim_transport.hpp"

namespace splitscope::sim {
namespace {

constexpr std::uint32_t HeaderBytes = 14 + 20 + 20;  // Ethernet, IPv4, TCP
constexpr base::Duration LoopbackDelay = std::chrono::microseconds{15};
constexpr std::uint16_t EphemeralFirst = 32768;  // even ones of 32768 to 60998 (rule 33)
constexpr std::uint16_t EphemeralLast = 60998;

net::PacketView view_of(const Packet& packet) {
  const std::uint32_t payload =
      packet.protocol == net::Protocol::Udp ? packet.datagram.size() : packet.length;
  return {packet.source, packet.destination, packet.protocol,
          packet.flags,  packet.ttl,         HeaderBytes + payload};
}

// The kernel's charge for a buffered datagram (rule 31: 256 of 64 bytes, 166 of 512, 92 of 1,024).
std::uint32_t truesize(std::uint32_t bytes) {
  if (bytes <= 192) return 832;
  if (bytes <= 640) return 1280;
  if (bytes <= 1536) return 2304;
  return bytes + 768;
}

}  // namespace

Network::Network(Simulation& simulation)
    : simulation_(simulation),
      random_(simulation.stream("network")),
      rule_random_(simulation.stream("packet rules")),
      neighbour_random_(simulation.stream("neighbours")) {
  simulation.set_handler(EventClass::Packet, *this);
  simulation.set_handler(EventClass::KernelTimer, *this);
}

Network::~Network() = default;

net::HostId Network::add_host(std::uint32_t subnet, base::Ipv4 address) {
  const net::HostId host = topology_.add_host(subnet, address);
  hosts_.emplace_back();
  SPLITSCOPE_ASSERT(host.value + 1 == hosts_.size());
  return host;
}

SimTransport& Network::attach(net::HostId host, Process& process) {
  transports_.push_back(std::make_unique<SimTransport>(*this, host, process));
  hosts_[host.value].process = &process;
  return *transports_.back();
}

void Network::power_off(net::HostId host) {
  Host& state = hosts_[host.value];
  while (!state.sockets.empty()) free_socket(state.sockets.back());
  state.neighbours.reset();
  state.time_waits.clear();
  state.on = false;
}

void Network::power_on(net::HostId host) {
  hosts_[host.value].on = true;
  hosts_[host.value].next_port = EphemeralFirst;
}

void Network::remove(net::RuleId rule) {
  fabric_.rules().remove(rule);
  std::vector<Held> held;
  held.swap(held_);
  for (const Held& entry : held) {
    if (entry.rule == rule) {
      transmit(packets_[entry.packet]);
    } else {
      held_.push_back(entry);
    }
  }
}

// --- sockets and pipes ---

std::uint32_t Network::open_socket(SocketKind kind, net::HostId host, SimTransport* owner) {
  const std::uint32_t slot = sockets_.take();
  Socket& socket = sockets_[slot];
  const std::uint32_t generation = socket.generation + 1;
  socket = Socket{};
  socket.kind = kind;
  socket.generation = generation;
  socket.host = host;
  socket.owner = owner;
  socket.settings = &owner->tcp_settings();
  socket.reuse_address = socket.settings->reuse_address;
  hosts_[host.value].sockets.push_back(slot);
  if (kind == SocketKind::Datagram) hosts_[host.value].datagram_socket = slot;
  ++open_sockets_;
  return slot;
}

void Network::free_socket(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  SPLITSCOPE_ASSERT(socket.kind != SocketKind::Free);
  if (socket.progress_at > base::Instant{}) {
    neighbours_of(socket.host).confirm(socket.remote.address, socket.progress_at);
  }
  release_pipe(socket.out_pipe);
  release_pipe(socket.in_pipe);
  std::erase(hosts_[socket.host.value].sockets, slot);
  if (socket.kind == SocketKind::Datagram) std::erase(groups_, slot);
  socket.kind = SocketKind::Free;
  socket.owner = nullptr;
  socket.handler = nullptr;
  socket.received.clear();
  socket.accept_queue.clear();
  sockets_.give_back(slot);
  --open_sockets_;
}

std::uint32_t Network::open_pipe() {
  const std::uint32_t slot = pipes_.take();
  Pipe& pipe = pipes_[slot];
  pipe.entries.clear();
  pipe.first = 0;
  pipe.written = 0;
  pipe.references = 1;
  return slot;
}

void Network::release_pipe(std::uint32_t& pipe) {
  if (pipe == NoSlot) return;
  Pipe& state = pipes_[pipe];
  SPLITSCOPE_ASSERT(state.references > 0);
  if (--state.references == 0) {
    state.entries.clear();
    pipes_.give_back(pipe);
  }
  pipe = NoSlot;
}

std::uint32_t Network::find_listener(net::HostId host, base::Endpoint local) const {
  for (const std::uint32_t slot : hosts_[host.value].sockets) {
    const Socket& socket = sockets_[slot];
    if (socket.kind == SocketKind::Listener && socket.local.port == local.port) return slot;
  }
  return NoSlot;
}

std::uint32_t Network::find_stream(net::HostId host, base::Endpoint local,
                                   base::Endpoint remote) const {
  for (const std::uint32_t slot : hosts_[host.value].sockets) {
    const Socket& socket = sockets_[slot];
    if (socket.kind == SocketKind::Stream && socket.local == local && socket.remote == remote &&
        socket.state != TcpState::Dead) {
      return slot;
    }
  }
  return NoSlot;
}

std::uint16_t Network::ephemeral_port(net::HostId host, base::Endpoint remote) {
  Host& state = hosts_[host.value];
  const base::Ipv4 address = topology_.address(host);
  for (std::uint32_t tries = 0; tries < (EphemeralLast - EphemeralFirst) / 2u; ++tries) {
    const std::uint16_t port = state.next_port;
    state.next_port = port >= EphemeralLast ? EphemeralFirst : static_cast<std::uint16_t>(port + 2);
    if (find_stream(host, {address, port}, remote) == NoSlot) return port;
  }
  return EphemeralFirst;
}

// --- packets ---

Packet& Network::take_packet() {
  const std::uint32_t slot = packets_.take();
  Packet& packet = packets_[slot];
  packet = Packet{};
  packet.slot = slot;
  packet.cause = simulation_.cause();
  return packet;
}

void Network::give_back_packet(Packet& packet) {
  packet.datagram = base::Message{};
  release_pipe(packet.pipe);
  packets_.give_back(packet.slot);
}

void Network::absorb_fate(const Packet& packet, PacketObserver::Fate fate) {
  const std::uint64_t way =
      (std::uint64_t{packet.from.value} << 36) | (std::uint64_t{packet.to.value} << 12) |
      (static_cast<std::uint64_t>(packet.flags) << 4) | static_cast<std::uint64_t>(fate);
  const std::uint64_t content = (packet.sequence << 24) ^ (packet.acknowledgement << 8) ^
                                (std::uint64_t{packet.length} << 40) ^ packet.datagram.hash();
  simulation_.digest().absorb(content ^ std::rotl(way, 29));
  if (observer_ != nullptr) observer_->on_packet(simulation_.now(), packet, fate);
}

void Network::transmit(Packet& packet) {
  ++packets_sent_;
  if (packet.from == packet.to) {
    absorb_fate(packet, PacketObserver::Fate::Sent);
    deliver_after(packet, LoopbackDelay);
    return;
  }
  const net::PacketView view = view_of(packet);
  const auto crossing = fabric_.pass_plainly(view, packet.from, packet.to, random_);
  if (!crossing.has_value()) {
    transmit_judged(packet, view);
  } else if (crossing->is_lost) {
    absorb_fate(packet, PacketObserver::Fate::Lost);
    give_back_packet(packet);
  } else {
    absorb_fate(packet, PacketObserver::Fate::Sent);
    deliver_after(packet, crossing->delay);
  }
}

void Network::transmit_judged(Packet& packet, const net::PacketView& view) {
  const net::PathVerdict verdict = fabric_.judge(view, packet.from, packet.to, simulation_.now(),
                                                 {.links = random_, .rules = rule_random_});
  using Kind = net::PathVerdict::Kind;
  if (verdict.kind == Kind::Held) {
    absorb_fate(packet, PacketObserver::Fate::Held);
    held_.push_back({verdict.decided_by, packet.slot});
    return;
  }
  if (!verdict.arrives()) {
    const bool rejected = verdict.kind == Kind::Rejected;
    absorb_fate(packet, rejected                        ? PacketObserver::Fate::Rejected
                        : verdict.kind == Kind::Dropped ? PacketObserver::Fate::Dropped
                                                        : PacketObserver::Fate::Lost);
    if (rejected) reject(packet, verdict.reject);
    if (verdict.kind == Kind::NoRoute && packet.protocol == net::Protocol::Tcp) {
      if (icmp_limiter(packet.from, net::NoHost).may_answer_unrouted(simulation_.now())) {
        answer_unreachable(packet, net::RejectKind::NetUnreachable);
      }
    }
    give_back_packet(packet);
    return;
  }
  absorb_fate(packet, PacketObserver::Fate::Sent);
  for (std::uint8_t i = 0; i < verdict.copies; ++i) {
    Packet& copy = take_packet();
    const std::uint32_t slot = copy.slot;
    copy = packet;
    copy.slot = slot;
    if (packet.pipe != NoSlot) ++pipes_[packet.pipe].references;
    deliver_after(copy, verdict.delay + verdict.copy_delays[i]);
  }
  deliver_after(packet, verdict.delay);
}

void Network::copy_payload(const Packet& packet, std::vector<std::byte>& payload) const {
  payload.clear();
  if (packet.length == 0 || packet.sender_slot == NoSlot) return;
  const Socket& sender = sockets_[packet.sender_slot];
  if (sender.out_pipe == NoSlot) return;
  const std::uint64_t end = packet.sequence + packet.length;
  std::uint64_t begin = 0;
  for (const Pipe::Entry& entry : pipes_[sender.out_pipe].entries) {
    const std::uint64_t from = std::max(begin, packet.sequence);
    const std::uint64_t to = std::min(entry.end, end);
    if (from < to) {
      const auto bytes = entry.frame.bytes().subspan(from - begin, to - from);
      payload.insert(payload.end(), bytes.begin(), bytes.end());
    }
    begin = entry.end;
  }
}

void Network::deliver_after(Packet& packet, base::Duration delay) {
  simulation_.schedule(simulation_.now() + delay, EventClass::Packet, packet.to.value, packet.slot,
                       packet.receiver_slot);
}

// A firewall answers in the receiver's stead; by ICMP no oftener than the kernel lets it (rule 7).
void Network::reject(const Packet& packet, net::RejectKind kind) {
  if (packet.protocol == net::Protocol::Icmp) return;
  if (kind == net::RejectKind::TcpReset ||
      icmp_limiter(packet.from, packet.to).may_answer(simulation_.now())) {
    answer_unreachable(packet, kind);
  }
}

IcmpLimiter& Network::icmp_limiter(net::HostId told, net::HostId by) {
  std::vector<IcmpCredit>& credits = hosts_[told.value].icmp_credits;
  const auto found = std::find_if(credits.begin(), credits.end(),
                                  [by](const IcmpCredit& credit) { return credit.from == by; });
  if (found != credits.end()) return found->limiter;
  return credits.emplace_back(IcmpCredit{by, {}}).limiter;
}

void Network::answer_unreachable(const Packet& packet, net::RejectKind kind) {
  Packet& answer = take_packet();
  answer.from = packet.to;
  answer.to = packet.from;
  answer.source = packet.destination;
  answer.destination = packet.source;
  answer.protocol = net::Protocol::Icmp;
  answer.icmp = kind;
  answer.sequence = packet.sequence;
  answer.receiver_slot = packet.sender_slot;
  const net::LinkModel& link = fabric_.link(packet.from, packet.to).model;
  deliver_after(answer, net::draw_delay(link, random_));
}

void Network::on_event(const Event& event) {
  if (event.event_class() == EventClass::KernelTimer) {
    on_kernel_timer(event);
  } else {
    arrive(packets_[event.a]);
  }
}

void Network::prefetch(const Event& event) const {
  if (event.event_class() == EventClass::KernelTimer) {
    prefetch_memory<Socket::HotBytes>(&sockets_[event.index()]);
    return;
  }
  prefetch_memory<sizeof(Packet)>(&packets_[event.a]);
  const Host& host = hosts_[event.index()];
  const std::uint32_t socket = event.b != NoSlot ? event.b : host.datagram_socket;
  if (socket != NoSlot) prefetch_memory<Socket::HotBytes>(&sockets_[socket]);
  if (host.process != nullptr) prefetch_memory<Process::HotBytes>(host.process);
}

void Network::arrive(Packet& packet) {
  if (!hosts_[packet.to.value].on) {
    give_back_packet(packet);
    return;
  }
  simulation_.set_cause(packet.cause);
  switch (packet.protocol) {
    case net::Protocol::Tcp:
      on_segment(packet);
      break;
    case net::Protocol::Udp:
      on_datagram(packet);
      break;
    case net::Protocol::Icmp:
      on_icmp(packet);
      break;
    case net::Protocol::Arp:
      SPLITSCOPE_UNREACHABLE();
  }
  give_back_packet(packet);
}

// --- datagrams ---

void Network::send_multicast(const Socket* sender, net::HostId host, std::uint16_t source_port,
                             const env::MulticastOptions& options, const base::Message& datagram) {
  for (const std::uint32_t slot : groups_) {
    const Socket& member = sockets_[slot];
    if (member.local != options.group) continue;
    if (member.host == host && (!options.loopback || &member == sender)) continue;
    Packet& packet = take_packet();
    packet.from = host;
    packet.to = member.host;
    packet.source = {topology_.address(host), source_port};
    packet.destination = options.group;
    packet.protocol = net::Protocol::Udp;
    packet.ttl = options.ttl;
    packet.receiver_slot = slot;
    packet.datagram = datagram;
    transmit(packet);
  }
}

void Network::on_datagram(const Packet& packet) {
  std::uint32_t slot = packet.receiver_slot;
  if (slot == NoSlot) {
    for (const std::uint32_t candidate : hosts_[packet.to.value].sockets) {
      const Socket& socket = sockets_[candidate];
      if (socket.kind == SocketKind::Datagram && socket.local.port == packet.destination.port &&
          !socket.local.address.is_multicast()) {
        slot = candidate;
        break;
      }
    }
  }
  if (slot == NoSlot) return;  // unconnected senders are told nothing (rule 30)
  Socket& socket = sockets_[slot];
  if (socket.kind != SocketKind::Datagram || socket.host != packet.to) return;
  const std::uint32_t charge = truesize(packet.datagram.size());
  if (socket.received_truesize + charge > DatagramBufferMax) return;  // the oldest are kept
  const auto hand_over = [&] {
    socket.datagram_handler->on_datagram(packet.source, packet.datagram);
  };
  if (socket.received.empty() && socket.owner->process().run_now(hand_over)) return;
  socket.received_truesize += charge;
  socket.received.push_back({packet.source, packet.datagram, packet.cause});
  announce(socket, slot);
}

void Network::announce(const Socket& socket, std::uint32_t slot) {
  if (socket.owner != nullptr) socket.owner->process().notify(slot);
}

}  // namespace splitscope::sim
