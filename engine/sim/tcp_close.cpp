// How connections end: closed by the process or with it, reset, given up, and what is left of them
// in the kernel.
#include <algorithm>

#include "engine/sim/network.hpp"
#include "engine/sim/sim_transport.hpp"

namespace splitscope::sim {

using env::CloseReason;
using net::FlagAck;
using net::FlagRst;

// The process is gone or lets go: FIN, or RST if it left data unread (rules 14 and 15).
void Network::tcp_abandon(Socket& socket) {
  const bool unread = socket.in_pipe != NoSlot && socket.received_end > socket.read_end;
  if (socket.owner != nullptr) socket.owner->take_descriptor(socket);
  socket.owner = nullptr;
  socket.handler = nullptr;
  socket.orphan = true;
  if (socket.state == TcpState::SynSent || socket.state == TcpState::Dead) {
    free_socket(socket);
    return;
  }
  if (unread || socket.settings->reset_on_close) {
    send_segment(socket, FlagRst | FlagAck, socket.next_to_send, 0);
    free_socket(socket);
    return;
  }
  socket.fin_queued = true;
  socket.closed_first = !socket.fin_received;
  socket.state = TcpState::FinSent;
  push_data(socket);
  finish_if_closed(socket);
}

void Network::die(Socket& socket, CloseReason reason) {
  if (socket.owner == nullptr) {
    free_socket(socket);
    return;
  }
  if (!socket.accepted) {
    Socket* listener = find_listener(socket.host, socket.local);
    if (listener != nullptr) std::erase(listener->listener->accept_queue, socket.slot);
    free_socket(socket);
    return;
  }
  socket.state = TcpState::Dead;
  socket.death = reason;
  disarm_retransmit(socket);
  disarm_ack(socket);
  announce(socket);
}

// An orphan goes when both directions are done. Whoever closed first keeps the port for a while
// (TIME_WAIT); one whose peer does not close is given up (FIN_WAIT2).
void Network::finish_if_closed(Socket& socket) {
  if (!socket.orphan || !socket.fin_acknowledged) return;
  if (!socket.fin_received) {
    arm_life(socket, socket.settings->fin_timeout);
    return;
  }
  if (socket.closed_first) keep_time_wait(socket);
  free_socket(socket);
}

void Network::keep_time_wait(const Socket& socket) {
  std::vector<TimeWait>& waits = tcp_of(socket.host).time_waits;
  const base::Instant now = simulation_.now();
  std::erase_if(waits, [now](const TimeWait& wait) { return wait.until <= now; });
  if (waits.size() >= TimeWaitsMax) return;  // as tcp_max_tw_buckets: the port is free at once
  waits.push_back({socket.local.port, socket.reuse_address, now + socket.settings->fin_timeout});
}

// --- the timer of a connection's life: keepalive (rule 16), or FIN_WAIT2 (rule 33) ---

void Network::arm_life(Socket& socket, base::Duration delay) {
  set_timer(socket, KernelTimers::Kind::Life, on_timer_wheel(simulation_.now(), delay));
}

void Network::on_life_timer(Socket& socket) {
  if (socket.orphan) {
    if (socket.fin_acknowledged) free_socket(socket);
    return;
  }
  if (socket.state != TcpState::Established) return;
  const TcpSettings& settings = *socket.settings;
  const base::Duration silence = simulation_.now() - std::max(socket.heard_at, socket.progress_at);
  if (!socket.sent.is_empty() || socket.next_to_send < stream_end(socket)) {
    arm_life(socket, settings.keep_alive_idle);  // retransmission watches over it
    return;
  }
  if (silence < settings.keep_alive_idle) {
    arm_life(socket, settings.keep_alive_idle - silence);
    return;
  }
  const bool has_user_timeout = settings.user_timeout > base::Duration::zero();
  const bool is_over = has_user_timeout
                           ? silence >= settings.user_timeout && socket.keep_alive_probes > 0
                           : socket.keep_alive_probes >= settings.keep_alive_count;
  if (is_over) {
    send_segment(socket, FlagRst | FlagAck, socket.next_to_send, 0);
    die(socket, CloseReason::Broken);
    return;
  }
  ++socket.keep_alive_probes;
  send_probe(socket);
  arm_life(socket, settings.keep_alive_interval);
}

}  // namespace splitscope::sim
