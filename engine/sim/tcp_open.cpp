// How connections come to be: SYNs and their repetition, the accept queue.
#include <algorithm>

#include "engine/sim/network.hpp"
#include "engine/sim/sim_transport.hpp"

namespace splitscope::sim {

using env::CloseReason;
using net::FlagAck;
using net::FlagSyn;

// --- the side that connects ---

Socket& Network::tcp_connect(SimTransport& owner, net::HostId host, base::Endpoint remote,
                             base::Duration timeout, env::ConnectionHandler& handler) {
  const std::uint16_t port = ephemeral_port(host, remote);
  Socket& socket = open_socket(SocketKind::Stream, host, &owner);
  socket.state = TcpState::SynSent;
  socket.handler = &handler;
  socket.accepted = true;
  socket.local = {topology_.address(host), port};
  socket.remote = remote;
  socket.peer_host = topology_.host_at(remote.address);
  socket.connect_started = simulation_.now();
  const base::Duration limit =
      timeout > base::Duration::zero() ? timeout : socket.settings->user_timeout;
  socket.connect_deadline =
      limit > base::Duration::zero() ? simulation_.now() + limit : base::EndOfTime;
  socket.out_pipe = open_pipe();
  send_syn(socket);
  return socket;
}

void Network::send_syn(Socket& socket) {
  ++socket.syn_count;
  if (neighbour_takes(socket)) send_segment(socket, FlagSyn, 0, 0);
  const base::Instant next = on_timer_wheel(simulation_.now(), syn_gap(socket.syn_count));
  arm_retransmit(socket, SendTimer::Handshake, std::min(next, socket.connect_deadline));
}

void Network::on_handshake_timer(Socket& socket) {
  const base::Instant now = simulation_.now();
  const bool connects = socket.state == TcpState::SynSent;
  const std::uint32_t most =
      connects ? syn_count_max(socket.settings->syn_retries) : SynAckCountMax;
  if (now >= socket.connect_deadline || socket.syn_count >= most) {
    die(socket, CloseReason::TimedOut);
    return;
  }
  if (connects) {
    send_syn(socket);
    return;
  }
  ++socket.syn_count;
  send_segment(socket, FlagSyn | FlagAck, 0, 0);
  const base::Duration gap = backed_off(std::chrono::seconds{1}, socket.syn_count - 1);
  arm_retransmit(socket, SendTimer::Handshake, on_timer_wheel(now, gap));
}

void Network::on_syn_ack(Socket& socket, const Packet& packet) {
  if (socket.state != TcpState::SynSent) {
    send_acknowledgement(socket);
    return;
  }
  socket.peer_slot = packet.sender_slot;
  socket.in_pipe = packet.pipe;
  ++pipes_[packet.pipe].references;
  socket.window_end = packet.window;
  if (socket.syn_count == 1) socket.rtt.sample(simulation_.now() - socket.connect_started);
  become_established(socket);
  send_acknowledgement(socket);
  announce(socket);
}

void Network::become_established(Socket& socket) {
  socket.state = TcpState::Established;
  socket.progress_at = simulation_.now();
  disarm_retransmit(socket);
  if (socket.settings->keep_alive) arm_life(socket, socket.settings->keep_alive_idle);
}

// --- the side that listens ---

void Network::on_syn(const Packet& packet, const Socket& listener) {
  if (waiting_connections(listener) > listener.listener->backlog)
    return;  // dropped silently (rule 12)
  Socket& socket = open_socket(SocketKind::Stream, packet.to, listener.owner);
  socket.state = TcpState::SynReceived;
  socket.handler = listener.handler;
  socket.local = packet.destination;
  socket.remote = packet.source;
  socket.peer_host = packet.from;
  socket.peer_slot = packet.sender_slot;
  socket.window_end = packet.window;
  socket.out_pipe = open_pipe();
  socket.in_pipe = packet.pipe;
  ++pipes_[packet.pipe].references;
  socket.syn_count = 1;
  socket.connect_started = simulation_.now();
  socket.connect_deadline = base::EndOfTime;
  send_segment(socket, FlagSyn | FlagAck, 0, 0);
  arm_retransmit(socket, SendTimer::Handshake,
                 on_timer_wheel(simulation_.now(), std::chrono::seconds{1}));
}

// The three-way handshake is complete, by an acknowledgement or by the first data; false if the
// accept queue is full. The process is told when it accepts.
bool Network::establish(Socket& socket) {
  Socket* listener = find_listener(socket.host, socket.local);
  if (listener == nullptr || listener->listener->accept_queue.size() > listener->listener->backlog)
    return false;
  if (socket.syn_count == 1) socket.rtt.sample(simulation_.now() - socket.connect_started);
  become_established(socket);
  listener->listener->accept_queue.push_back(socket.slot);
  announce(*listener);
  return true;
}

// Established and not accepted, or about to be established.
std::size_t Network::waiting_connections(const Socket& listener) const {
  std::size_t count = listener.listener->accept_queue.size();
  for (const std::uint32_t slot : sockets_of(listener.host)) {
    const Socket& socket = sockets_[slot];
    if (socket.kind == SocketKind::Stream && socket.state == TcpState::SynReceived &&
        socket.local.port == listener.local.port) {
      ++count;
    }
  }
  return count;
}

// Whether a listener may not bind: another listens, or what is left of an earlier connection holds
// the port and not both sockets allow reuse (rule 33).
bool Network::is_port_busy(net::HostId host, std::uint16_t port, bool reuse) const {
  const TcpHost* const tcp = hosts_[host.value].tcp.get();
  if (tcp == nullptr) return false;
  const auto holds = [this, port, reuse](std::uint32_t slot) {
    const Socket& socket = sockets_[slot];
    if (socket.local.port != port) return false;
    if (socket.kind == SocketKind::Listener) return true;
    return socket.kind == SocketKind::Stream && !(reuse && socket.reuse_address);
  };
  const auto waits = [this, port, reuse](const TimeWait& wait) {
    return wait.port == port && wait.until > simulation_.now() && !(reuse && wait.reuse);
  };
  return std::ranges::any_of(tcp->sockets, holds) || std::ranges::any_of(tcp->time_waits, waits);
}

}  // namespace splitscope::sim
