// What a connection learns of a peer that cannot be reached: by ARP, which the neighbour does not
// answer, or by ICMP from whoever stands in the way.
#include <algorithm>

#include "engine/sim/network.hpp"

namespace splitscope::sim {

using env::CloseReason;

namespace {

CloseReason reason_of(net::RejectKind kind) {
  return kind == net::RejectKind::PortUnreachable ? CloseReason::Refused : CloseReason::Unreachable;
}

}  // namespace

// --- neighbours (rules 10 and 17) ---

Neighbours& Network::neighbours_of(net::HostId host) {
  std::unique_ptr<Neighbours>& neighbours = tcp_of(host).neighbours;
  if (neighbours == nullptr) {
    neighbours = std::make_unique<Neighbours>(Neighbours::reachable_time(neighbour_random_));
  }
  return *neighbours;
}

// Whether the last hop towards the peer gets an answer to ARP: a firewall does not stop that, a
// dead host or a cut cable does.
bool Network::answers_arp(net::HostId from, net::HostId to) {
  if (from == to) return true;
  if (to == net::NoHost || !hosts_[to.value].on) return false;
  const auto passes = [this](net::HostId source, net::HostId destination) {
    const net::PacketView frame{{topology_.address(source), 0},
                                {topology_.address(destination), 0},
                                net::Protocol::Arp,
                                0,
                                1,
                                42};
    return fabric_.rules().judge(frame, simulation_.now(), rule_random_).kind !=
           net::Verdict::Kind::Drop;
  };
  return fabric_.rules().is_empty() || (passes(from, to) && passes(to, from));
}

// Asked before what may go to a dead neighbour is sent. If not, it waits for ARP's answer.
bool Network::neighbour_takes(Socket& socket) {
  if (socket.queued_for_neighbour) return false;
  const bool answers = answers_arp(socket.host, socket.peer_host);
  if (answers && tcp_of(socket.host).neighbours == nullptr) return true;
  Neighbours& neighbours = neighbours_of(socket.host);
  const base::Ipv4 peer = socket.remote.address;
  const base::Instant confirmed_at = last_progress(socket.host, peer);
  if (confirmed_at > base::Instant{}) neighbours.confirm(peer, confirmed_at);
  return queue_for_neighbour(socket, neighbours.send(peer, answers, simulation_.now()));
}

bool Network::queue_for_neighbour(Socket& socket, Neighbours::Verdict verdict) {
  socket.queued_for_neighbour = verdict.fate == Neighbours::Fate::Queued;
  if (!socket.queued_for_neighbour) return true;
  set_timer(socket, KernelTimers::Kind::Neighbour, verdict.at);
  return false;
}

void Network::on_neighbour_timer(Socket& socket) {
  if (!socket.queued_for_neighbour || socket.state == TcpState::Dead) return;
  const Neighbours::Verdict verdict =
      neighbours_of(socket.host)
          .ask_again(socket.remote.address, answers_arp(socket.host, socket.peer_host),
                     simulation_.now());
  if (!queue_for_neighbour(socket, verdict)) return;
  if (verdict.fate == Neighbours::Fate::Failed) {
    on_unreachable(socket, net::RejectKind::HostUnreachable, socket.unacknowledged);
  } else if (socket.state == TcpState::SynSent) {
    send_segment(socket, net::FlagSyn, 0, 0);
  } else if (!socket.sent.is_empty()) {
    send_range(socket, socket.sent.resend_first(Mss, simulation_.now()));
  }
}

// The latest that any open connection of `host` heard its data acknowledged by `peer`.
base::Instant Network::last_progress(net::HostId host, base::Ipv4 peer) const {
  base::Instant latest{};
  for (const std::uint32_t slot : sockets_of(host)) {
    const Socket& socket = sockets_[slot];
    if (socket.kind == SocketKind::Stream && socket.remote.address == peer) {
      latest = std::max(latest, socket.progress_at);
    }
  }
  return latest;
}

// --- ICMP (rules 7, 8 and 11) ---

void Network::on_icmp(const Packet& packet) {
  if (packet.receiver_slot == NoSlot) return;
  Socket& socket = sockets_[packet.receiver_slot];
  if (socket.kind != SocketKind::Stream || socket.host != packet.to) return;
  if (socket.remote != packet.source || socket.state == TcpState::Dead) return;
  if (packet.icmp == net::RejectKind::TcpReset) {
    die(socket, socket.state == TcpState::SynSent ? CloseReason::Refused : CloseReason::Reset);
  } else {
    on_unreachable(socket, packet.icmp, packet.sequence);
  }
}

// Ends a connect. For an established connection it is a soft error: host and net unreachable about
// the head take back one step of backoff (RFC 6069), and the error is named if it dies (rule 7).
void Network::on_unreachable(Socket& socket, net::RejectKind kind, std::uint64_t sequence) {
  if (socket.state == TcpState::SynSent) {
    die(socket, reason_of(kind));
    return;
  }
  socket.soft_error = reason_of(kind);
  const bool reverts =
      kind == net::RejectKind::HostUnreachable || kind == net::RejectKind::NetUnreachable;
  if (!reverts || sequence != socket.unacknowledged || socket.backoff == 0) return;
  if (socket.sent.is_empty() || socket.timer != SendTimer::Retransmission) return;
  --socket.backoff;
  const base::Instant now = simulation_.now();
  const base::Duration timeout = backed_off(socket.rtt.rto(), socket.backoff);
  const base::Duration left = socket.sent.first_sent_at() + timeout - now;
  if (left > base::Duration::zero()) {
    arm_retransmit(socket, SendTimer::Retransmission, on_timer_wheel(now, left));
  } else {
    on_retransmission_timeout(socket);
  }
}

}  // namespace splitscope::sim
