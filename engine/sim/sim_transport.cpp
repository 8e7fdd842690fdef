#include "engine/sim/sim_transport.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/assert.hpp"

namespace splitscope::sim {

using env::CloseReason;
using env::ConnectionId;

// --- names ---

SimResolver::SimResolver(Process& process) : process_(process) {}

SimResolver::State& SimResolver::state() {
  if (state_ == nullptr) state_ = std::make_unique<State>();
  return *state_;
}

void SimResolver::resolve(std::string_view name, env::ResolveHandler& handler) {
  State& asked = state();
  if (asked.timer == nullptr) {
    asked.timer =
        std::make_unique<env::Timer>(process_, base::Callback::to<&SimResolver::answer>(*this));
  }
  asked.queries.push_back({std::string(name), &handler});
  asked.timer->arm_after(std::chrono::milliseconds{1});
}

void SimResolver::forget(env::ResolveHandler& handler) {
  if (state_ == nullptr) return;
  std::erase_if(state_->queries,
                [&handler](const Query& query) { return query.handler == &handler; });
}

void SimResolver::clear() {
  if (state_ == nullptr) return;
  state_->queries.clear();
  state_->timer.reset();
}

void SimResolver::answer() {
  std::vector<Query> queries;
  queries.swap(state_->queries);
  for (const Query& query : queries) {
    if (const auto literal = base::parse_ipv4(query.name); literal.has_value()) {
      query.handler->on_resolved(query.name, env::ResolveOutcome::Found, {&*literal, 1});
      continue;
    }
    const auto found = std::ranges::find(state_->names, query.name, &Name::name);
    if (found == state_->names.end()) {
      query.handler->on_resolved(query.name, env::ResolveOutcome::NotFound, {});
    } else {
      query.handler->on_resolved(query.name, env::ResolveOutcome::Found, found->addresses);
    }
  }
}

// --- transport ---

SimTransport::SimTransport(Network& network, net::HostId host, Process& process)
    : network_(network), process_(process), host_(host), resolver_(process) {}

void SimTransport::set_tcp_settings(const TcpSettings& settings) {
  if (tcp_settings_ == nullptr) tcp_settings_ = std::make_unique<TcpSettings>();
  *tcp_settings_ = settings;
  for (const std::uint32_t slot : network_.hosts_[host_.value].sockets) {
    Socket& socket = network_.sockets_[slot];
    if (socket.owner == this) socket.settings = tcp_settings_.get();
  }
}

std::span<const base::Ipv4> SimTransport::local_addresses() const {
  address_ = network_.topology_.address(host_);
  return {&address_, 1};
}

base::MessagePool& SimTransport::messages() {
  return network_.simulation_.messages();
}

std::uint32_t SimTransport::slot_of(ConnectionId connection) const {
  const auto slot = static_cast<std::uint32_t>(connection.value & 0xffff'ffff);
  if (!connection || slot >= network_.sockets_.size()) return NoSlot;
  const Socket& socket = network_.sockets_[slot];
  if (socket.generation != connection.value >> 32 || socket.kind != SocketKind::Stream) {
    return NoSlot;
  }
  return socket.owner == this ? slot : NoSlot;
}

ConnectionId SimTransport::id_of(std::uint32_t slot) const {
  return {(std::uint64_t{network_.sockets_[slot].generation} << 32) | slot};
}

base::Result<void> SimTransport::listen(std::uint16_t port, std::uint32_t backlog,
                                        env::ConnectionHandler& handler) {
  const base::Endpoint local{local_addresses().front(), port};
  if (network_.is_port_busy(host_, port, tcp_settings().reuse_address)) {
    return base::failure(
        fmt::format("port {} is in use on {}", port, base::to_text(local.address)));
  }
  const std::uint32_t slot = network_.open_socket(SocketKind::Listener, host_, this);
  Socket& socket = network_.sockets_[slot];
  socket.local = local;
  socket.backlog = backlog;
  socket.handler = &handler;
  return {};
}

ConnectionId SimTransport::connect(base::Endpoint peer, base::Duration timeout,
                                   env::ConnectionHandler& handler) {
  return id_of(network_.tcp_connect(*this, host_, peer, timeout, handler));
}

env::SendOutcome SimTransport::send(ConnectionId connection, const base::Message& frame) {
  const std::uint32_t slot = slot_of(connection);
  return slot == NoSlot ? env::SendOutcome::Gone : network_.tcp_send(slot, frame);
}

void SimTransport::close(ConnectionId connection) {
  const std::uint32_t slot = slot_of(connection);
  if (slot != NoSlot) network_.tcp_abandon(slot);
}

base::Result<void> SimTransport::join_group(const env::MulticastOptions& options,
                                            env::DatagramHandler& handler) {
  if (network_.find_member(process_, options.group) != NoSlot) {
    return base::failure(fmt::format("group {} is joined already", base::to_text(options.group)));
  }
  network_.open_datagram_socket(host_, options.group, process_, handler);
  return {};
}

void SimTransport::leave_group(base::Endpoint group) {
  const std::uint32_t slot = network_.find_member(process_, group);
  if (slot != NoSlot) network_.free_datagram_socket(slot);
}

void SimTransport::send_multicast(const env::MulticastOptions& options,
                                  const base::Message& datagram) {
  const std::uint32_t sender = network_.find_member(process_, options.group);
  network_.send_multicast(host_, sender, options, datagram);
}

base::Result<void> SimTransport::bind_datagram(std::uint16_t port, env::DatagramHandler& handler) {
  if (network_.find_datagram_socket(host_, port) != NoSlot) {
    return base::failure(fmt::format("UDP port {} is in use", port));
  }
  network_.open_datagram_socket(host_, {local_addresses().front(), port}, process_, handler);
  return {};
}

void SimTransport::send_datagram(std::uint16_t from_port, base::Endpoint to,
                                 const base::Message& datagram) {
  network_.send_datagram(host_, from_port, to, datagram);
}

// --- the kernel wakes the process ---

void SimTransport::serve(std::uint32_t slot) {
  if ((slot & DatagramSocket::Bit) != 0) {
    network_.serve_datagrams(slot ^ DatagramSocket::Bit);
    return;
  }
  if (slot >= network_.sockets_.size()) return;
  const Socket& socket = network_.sockets_[slot];
  if (socket.owner != this) return;  // closed meanwhile
  switch (socket.kind) {
    case SocketKind::Listener:
      serve_listener(slot);
      break;
    case SocketKind::Stream:
      serve_stream(slot);
      break;
    case SocketKind::Free:
      break;
  }
}

void SimTransport::serve_listener(std::uint32_t slot) {
  while (process_.is_running() && network_.sockets_[slot].owner == this &&
         !network_.sockets_[slot].accept_queue.empty()) {
    std::vector<std::uint32_t>& queue = network_.sockets_[slot].accept_queue;
    const std::uint32_t accepted = queue.front();
    queue.erase(queue.begin());
    Socket& socket = network_.sockets_[accepted];
    socket.accepted = true;
    socket.told_connected = true;
    socket.handler->on_accepted(socket.remote, id_of(accepted));
    if (process_.is_running() && network_.sockets_[accepted].owner == this) serve_stream(accepted);
  }
}

void SimTransport::serve_stream(std::uint32_t slot) {
  const std::uint32_t generation = network_.sockets_[slot].generation;
  Socket& socket = network_.sockets_[slot];
  if (!socket.accepted) return;  // still in the accept queue
  const auto still_ours = [&] {
    return process_.is_running() && socket.generation == generation && socket.owner == this &&
           socket.kind == SocketKind::Stream;
  };
  if (socket.state == TcpState::SynSent) return;
  if (!socket.told_connected && socket.in_pipe != NoSlot) {
    socket.told_connected = true;
    socket.handler->on_connected(socket.remote, id_of(slot));
    if (!still_ours()) return;
  }
  if (socket.in_pipe != NoSlot && !read_frames(slot, generation)) return;
  if (socket.state == TcpState::Dead) {
    env::ConnectionHandler* handler = socket.handler;
    const ConnectionId id = id_of(slot);
    const CloseReason reason = socket.death;
    network_.free_socket(slot);
    handler->on_closed(id, reason);
    return;
  }
  if (socket.fin_received) {
    env::ConnectionHandler* handler = socket.handler;
    const ConnectionId id = id_of(slot);
    network_.tcp_abandon(slot);  // our side closes too
    handler->on_closed(id, CloseReason::Closed);
    return;
  }
  if (socket.was_congested) {
    socket.was_congested = false;
    socket.handler->on_writable(id_of(slot));
  }
}

bool SimTransport::read_frames(std::uint32_t slot, std::uint32_t generation) {
  for (;;) {
    Socket& socket = network_.sockets_[slot];
    Pipe& pipe = network_.pipes_[socket.in_pipe];
    if (pipe.first >= pipe.entries.size()) break;
    if (pipe.entries[pipe.first].end > socket.received_end) break;
    const Pipe::Entry entry = pipe.entries[pipe.first];
    ++pipe.first;
    if (pipe.first == pipe.entries.size() && network_.observer_ == nullptr) {
      pipe.entries.clear();
      pipe.first = 0;
    }
    socket.read_end = entry.end;
    network_.open_window(slot);
    network_.simulation_.set_cause(entry.cause);
    socket.handler->on_message(id_of(slot), entry.frame);
    const Socket& after = network_.sockets_[slot];
    if (!process_.is_running() || after.generation != generation || after.owner != this) {
      return false;
    }
  }
  return true;
}

void SimTransport::on_process_exit(bool /*abrupt*/) {
  resolver_.clear();
  network_.free_datagram_sockets(host_, &process_);
  const std::vector<std::uint32_t> sockets = network_.hosts_[host_.value].sockets;
  for (const std::uint32_t slot : sockets) {
    Socket& socket = network_.sockets_[slot];
    if (socket.owner != this) continue;
    if (socket.kind == SocketKind::Stream) {
      network_.tcp_abandon(slot);
    } else {
      network_.free_socket(slot);
    }
  }
}

}  // namespace splitscope::sim
