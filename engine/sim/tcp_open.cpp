// How connections come to be: SYNs and their repetition, the accept queue.
#include <algorithm>

#include "engine/sim/network.hpp"
#include "engine/sim/sim_transport.hpp"

namespace splitscope::sim {

using env::CloseReason;
using net::FlagAck;
using net::FlagSyn;

// --- the side that connects ---

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
      timeout > base::Duration::zero() ? timeout : socket.settings->user_timeout;
  socket.connect_deadline =
      limit > base::Duration::zero() ? simulation_.now() + limit : base::EndOfTime;
  socket.out_pipe = open_pipe();
  send_syn(slot);
  return slot;
}

void Network::send_syn(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  ++socket.syn_count;
  if (neighbour_takes(slot)) send_segment(slot, FlagSyn, 0, 0);
  const base::Instant next = on_timer_wheel(simulation_.now(), syn_gap(socket.syn_count));
  arm_retransmit(slot, SendTimer::Handshake, std::min(next, socket.connect_deadline));
}

void Network::on_handshake_timer(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  const base::Instant now = simulation_.now();
  const bool connects = socket.state == TcpState::SynSent;
  const std::uint32_t most =
      connects ? syn_count_max(socket.settings->syn_retries) : SynAckCountMax;
  if (now >= socket.connect_deadline || socket.syn_count >= most) {
    die(slot, CloseReason::TimedOut);
    return;
  }
  if (connects) {
    send_syn(slot);
    return;
  }
  ++socket.syn_count;
  send_segment(slot, FlagSyn | FlagAck, 0, 0);
  const base::Duration gap = backed_off(std::chrono::seconds{1}, socket.syn_count - 1);
  arm_retransmit(slot, SendTimer::Handshake, on_timer_wheel(now, gap));
}

void Network::on_syn_ack(std::uint32_t slot, const Packet& packet) {
  Socket& socket = sockets_[slot];
  if (socket.state != TcpState::SynSent) {
    send_acknowledgement(slot);
    return;
  }
  socket.peer_slot = packet.sender_slot;
  socket.in_pipe = packet.pipe;
  ++pipes_[packet.pipe].references;
  socket.window_end = packet.window;
  if (socket.syn_count == 1) socket.rtt.sample(simulation_.now() - socket.connect_started);
  become_established(slot);
  send_acknowledgement(slot);
  announce(socket, slot);
}

void Network::become_established(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  socket.state = TcpState::Established;
  socket.progress_at = simulation_.now();
  disarm_retransmit(socket);
  if (socket.settings->keep_alive) arm_life(slot, socket.settings->keep_alive_idle);
}

// --- the side that listens ---

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
  socket.window_end = packet.window;
  socket.out_pipe = open_pipe();
  socket.in_pipe = packet.pipe;
  ++pipes_[packet.pipe].references;
  socket.syn_count = 1;
  socket.connect_started = simulation_.now();
  socket.connect_deadline = base::EndOfTime;
  send_segment(slot, FlagSyn | FlagAck, 0, 0);
  arm_retransmit(slot, SendTimer::Handshake,
                 on_timer_wheel(simulation_.now(), std::chrono::seconds{1}));
}

// The three-way handshake is complete, by an acknowledgement or by the first data; false if the
// accept queue is full. The process is told when it accepts.
bool Network::establish(std::uint32_t slot) {
  const std::uint32_t listener = find_listener(sockets_[slot].host, sockets_[slot].local);
  if (listener == NoSlot) return false;
  Socket& listening = sockets_[listener];
  if (listening.accept_queue.size() > listening.backlog) return false;
  if (sockets_[slot].syn_count == 1) {
    sockets_[slot].rtt.sample(simulation_.now() - sockets_[slot].connect_started);
  }
  become_established(slot);
  listening.accept_queue.push_back(slot);
  announce(listening, listener);
  return true;
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

// Whether a listener may not bind: another listens, or what is left of an earlier connection holds
// the port and not both sockets allow reuse (rule 33).
bool Network::is_port_busy(net::HostId host, std::uint16_t port, bool reuse) const {
  const Host& state = hosts_[host.value];
  const bool held = std::any_of(
      state.sockets.begin(), state.sockets.end(), [this, port, reuse](std::uint32_t slot) {
        const Socket& socket = sockets_[slot];
        if (socket.local.port != port) return false;
        if (socket.kind == SocketKind::Listener) return true;
        return socket.kind == SocketKind::Stream && !(reuse && socket.reuse_address);
      });
  return held || std::any_of(state.time_waits.begin(), state.time_waits.end(),
                             [this, port, reuse](const TimeWait& wait) {
                               return wait.port == port && wait.until > simulation_.now() &&
                                      !(reuse && wait.reuse);
                             });
}

}  // namespace splitscope::sim
