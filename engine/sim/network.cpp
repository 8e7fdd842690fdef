// Hosts, the sockets of TCP, and pipes.
#include "engine/sim/network.hpp"

#include <algorithm>

#include "engine/base/assert.hpp"
#include "engine/sim/sim_transport.hpp"

namespace splitscope::sim {
namespace {

constexpr std::uint16_t EphemeralFirst = 32768;  // even ones of 32768 to 60998 (rule 33)
constexpr std::uint16_t EphemeralLast = 60998;

}  // namespace

Network::Network(Simulation& simulation)
    : simulation_(simulation),
      random_(simulation.stream("network")),
      rule_random_(simulation.stream("packet rules")),
      neighbour_random_(simulation.stream("neighbours")),
      transports_(std::make_unique<std::deque<SimTransport>>()) {
  simulation.set_handler(EventClass::Packet, *this);
  simulation.set_handler(EventClass::Datagram, *this);
  simulation.set_handler(EventClass::KernelTimer, *this);
}

Network::~Network() = default;

net::HostId Network::add_host(std::uint32_t subnet, base::Ipv4 address) {
  const net::HostId host = topology_.add_host(subnet, address);
  hosts_.emplace_back();
  const std::uint32_t socket = first_datagram_sockets_.take();
  SPLITSCOPE_ASSERT(host.value + 1 == hosts_.size());
  SPLITSCOPE_ASSERT(socket == host.value);
  return host;
}

SimTransport& Network::attach(net::HostId host, Process& process) {
  return transports_->emplace_back(*this, host, process);
}

void Network::power_off(net::HostId host) {
  while (!sockets_of(host).empty()) free_socket(sockets_[sockets_of(host).back()]);
  free_datagram_sockets(host, nullptr);
  hosts_[host.value].on = false;
  TcpHost* const tcp = hosts_[host.value].tcp.get();
  if (tcp == nullptr) return;
  tcp->neighbours.reset();
  tcp->time_waits.clear();
  tcp->next_port = EphemeralFirst;
  tcp->has_used_all_ports = false;
}

void Network::power_on(net::HostId host) {
  hosts_[host.value].on = true;
}

Network::TcpHost& Network::tcp_of(net::HostId host) {
  std::unique_ptr<TcpHost>& tcp = hosts_[host.value].tcp;
  if (tcp == nullptr) tcp = std::make_unique<TcpHost>();
  return *tcp;
}

std::span<const std::uint32_t> Network::sockets_of(net::HostId host) const {
  const TcpHost* const tcp = hosts_[host.value].tcp.get();
  return tcp == nullptr ? std::span<const std::uint32_t>{} : tcp->sockets;
}

// --- sockets and pipes ---

Socket& Network::open_socket(SocketKind kind, net::HostId host, SimTransport* owner) {
  const std::uint32_t slot = sockets_.take();
  Socket& socket = sockets_[slot];
  const std::uint32_t generation = socket.generation + 1;
  socket = Socket{};
  socket.slot = slot;
  socket.kind = kind;
  socket.generation = generation;
  socket.host = host;
  socket.owner = owner;
  socket.settings = &owner->tcp_settings();
  socket.reuse_address = socket.settings->reuse_address;
  tcp_of(host).sockets.push_back(slot);
  if (++open_sockets_ > CachedSocketsMax) simulation_.expect_large_state();
  return socket;
}

void Network::free_socket(Socket& socket) {
  SPLITSCOPE_ASSERT(socket.kind != SocketKind::Free);
  if (socket.progress_at > base::Instant{}) {
    neighbours_of(socket.host).confirm(socket.remote.address, socket.progress_at);
  }
  release_pipe(socket.out_pipe);
  release_pipe(socket.in_pipe);
  if (socket.owner != nullptr) socket.owner->take_descriptor(socket);
  std::erase(tcp_of(socket.host).sockets, socket.slot);
  socket.kind = SocketKind::Free;
  socket.owner = nullptr;
  socket.handler = nullptr;
  socket.listener.reset();
  sockets_.give_back(socket.slot);
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

Socket* Network::find_listener(net::HostId host, base::Endpoint local) {
  for (const std::uint32_t slot : sockets_of(host)) {
    Socket& socket = sockets_[slot];
    if (socket.kind == SocketKind::Listener && socket.local.port == local.port) return &socket;
  }
  return nullptr;
}

Socket* Network::find_stream(net::HostId host, base::Endpoint local, base::Endpoint remote) {
  for (const std::uint32_t slot : sockets_of(host)) {
    Socket& socket = sockets_[slot];
    if (socket.kind == SocketKind::Stream && socket.local == local && socket.remote == remote &&
        socket.state != TcpState::Dead) {
      return &socket;
    }
  }
  return nullptr;
}

std::uint16_t Network::ephemeral_port(net::HostId host, base::Endpoint remote) {
  TcpHost& state = tcp_of(host);
  const base::Ipv4 address = topology_.address(host);
  for (std::uint32_t tries = 0; tries < (EphemeralLast - EphemeralFirst) / 2u; ++tries) {
    const std::uint16_t port = state.next_port;
    state.next_port = port >= EphemeralLast ? EphemeralFirst : static_cast<std::uint16_t>(port + 2);
    if (port >= EphemeralLast) state.has_used_all_ports = true;
    if (!state.has_used_all_ports) return port;
    if (find_stream(host, {address, port}, remote) == nullptr) return port;
  }
  return EphemeralFirst;
}

void Network::announce(const Socket& socket) {
  if (socket.owner == nullptr) return;
  SimTransport& owner = *socket.owner;
  const auto serve = [&owner, slot = socket.slot] { owner.serve(slot); };
  if (!owner.process().run_now(serve)) owner.process().notify(socket.slot);
}

}  // namespace splitscope::sim
