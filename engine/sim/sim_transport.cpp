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
  const bool begins_keep_alive = settings.keep_alive && !tcp_settings().keep_alive;
  if (tcp_settings_ == nullptr) tcp_settings_ = std::make_unique<TcpSettings>();
  *tcp_settings_ = settings;
  for (const std::uint32_t slot : network_.sockets_of(host_)) {
    Socket& socket = network_.sockets_[slot];
    if (socket.owner != this) continue;
    socket.settings = tcp_settings_.get();
    if (begins_keep_alive && socket.kind == SocketKind::Stream &&
        socket.state == TcpState::Established) {
      network_.arm_life(socket, settings.keep_alive_idle);
    }
  }
}

std::span<const base::Ipv4> SimTransport::local_addresses() const {
  address_ = network_.topology_.address(host_);
  return {&address_, 1};
}

base::MessagePool& SimTransport::messages() {
  return network_.simulation_.messages();
}

Socket* SimTransport::find(ConnectionId connection) const {
  if (descriptors_ == nullptr || connection.index() >= descriptors_->entries.size()) return nullptr;
  const Descriptors::Entry& entry = descriptors_->entries[connection.index()];
  return entry.id == connection ? &network_.sockets_[entry.socket] : nullptr;
}

void SimTransport::give_descriptor(Socket& socket) {
  if (descriptors_ == nullptr) descriptors_ = std::make_unique<Descriptors>();
  std::vector<Descriptors::Entry>& entries = descriptors_->entries;
  auto index = static_cast<std::uint32_t>(entries.size());
  if (descriptors_->free.empty()) {
    entries.emplace_back();
  } else {
    index = descriptors_->free.back();
    descriptors_->free.pop_back();
  }
  socket.id = ConnectionId{std::uint64_t{++descriptors_->count} << 32 | index};
  entries[index] = {socket.id, socket.slot, socket.out_pipe};
}

void SimTransport::take_descriptor(Socket& socket) {
  if (!socket.id) return;
  descriptors_->entries[socket.id.index()] = {};
  descriptors_->free.push_back(socket.id.index());
  socket.id = {};
}

base::Result<void> SimTransport::listen(std::uint16_t port, std::uint32_t backlog,
                                        env::ConnectionHandler& handler) {
  const base::Endpoint local{local_addresses().front(), port};
  if (network_.is_port_busy(host_, port, tcp_settings().reuse_address)) {
    return base::failure(
        fmt::format("port {} is in use on {}", port, base::to_text(local.address)));
  }
  Socket& socket = network_.open_socket(SocketKind::Listener, host_, this);
  socket.local = local;
  socket.listener = std::make_unique<Socket::Listener>();
  socket.listener->backlog = backlog;
  socket.handler = &handler;
  return {};
}

ConnectionId SimTransport::connect(base::Endpoint peer, base::Duration timeout,
                                   env::ConnectionHandler& handler) {
  Socket& socket = network_.tcp_connect(*this, host_, peer, timeout, handler);
  give_descriptor(socket);
  return socket.id;
}

env::SendOutcome SimTransport::send(ConnectionId connection, const base::Message& frame) {
  Socket* socket = find(connection);
  if (socket == nullptr) return env::SendOutcome::Gone;
  prefetch_memory<Socket::SendingBytes>(socket);
  return network_.tcp_send(*socket, frame);
}

void SimTransport::expect_send(ConnectionId connection) const {
  const Socket* socket = find(connection);
  if (socket == nullptr) return;
  prefetch_memory<Socket::SendingBytes>(socket);
  __builtin_prefetch(&network_.pipes_[descriptors_->entries[connection.index()].out_pipe]);
}

void SimTransport::close(ConnectionId connection) {
  if (Socket* socket = find(connection)) network_.tcp_abandon(*socket);
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
  network_.send_multicast(host_, options, datagram);
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
  Socket& socket = network_.sockets_[slot];
  if (socket.owner != this) return;  // closed meanwhile
  switch (socket.kind) {
    case SocketKind::Listener:
      serve_listener(socket);
      break;
    case SocketKind::Stream:
      serve_stream(socket);
      break;
    case SocketKind::Free:
      break;
  }
}

void SimTransport::serve_listener(Socket& listener) {
  while (process_.is_running() && listener.owner == this &&
         !listener.listener->accept_queue.empty()) {
    Socket& socket = network_.sockets_[listener.listener->accept_queue.front()];
    listener.listener->accept_queue.erase(listener.listener->accept_queue.begin());
    socket.accepted = true;
    socket.told_connected = true;
    give_descriptor(socket);
    socket.handler->on_accepted(socket.remote, socket.id);
    if (process_.is_running() && socket.owner == this) serve_stream(socket);
  }
}

void SimTransport::serve_stream(Socket& socket) {
  // One not accepted is in the accept queue still; one without the peer's direction is not open.
  if (!socket.accepted || socket.state == TcpState::SynSent) return;
  const ConnectionId id = socket.id;
  env::ConnectionHandler& handler = *socket.handler;
  if (socket.in_pipe != NoSlot) {
    if (!socket.told_connected) {
      socket.told_connected = true;
      handler.on_connected(socket.remote, id);
      if (!is_ours(socket, id)) return;
    }
    if (!read_frames(socket)) return;
  }
  if (socket.state == TcpState::Dead) {
    const CloseReason reason = socket.death;
    network_.free_socket(socket);
    handler.on_closed(id, reason);
  } else if (socket.fin_received) {
    network_.tcp_abandon(socket);  // our side closes too
    handler.on_closed(id, CloseReason::Closed);
  } else if (socket.was_congested) {
    socket.was_congested = false;
    handler.on_writable(id);
  }
}

// Whether the process runs and has that connection still.
bool SimTransport::is_ours(const Socket& socket, ConnectionId id) const {
  return process_.is_running() && socket.owner == this && socket.id == id;
}

bool SimTransport::read_frames(Socket& socket) {
  const ConnectionId id = socket.id;
  Pipe& pipe = network_.pipes_[socket.in_pipe];
  if (socket.ack_pending) network_.acknowledge_read(socket);
  while (pipe.has_unread() && pipe.unread().end <= socket.received_end) {
    const Pipe::Entry entry = pipe.read(network_.observer_ != nullptr);
    socket.read_end = entry.end;
    network_.open_window(socket);
    network_.simulation_.set_cause(entry.cause);
    socket.handler->on_message(id, entry.frame);
    if (!is_ours(socket, id)) return false;
  }
  return true;
}

void SimTransport::on_process_exit(bool /*abrupt*/) {
  resolver_.clear();
  network_.free_datagram_sockets(host_, &process_);
  const std::span<const std::uint32_t> open = network_.sockets_of(host_);
  const std::vector<std::uint32_t> sockets(open.begin(), open.end());
  for (const std::uint32_t slot : sockets) {
    Socket& socket = network_.sockets_[slot];
    if (socket.owner != this) continue;
    if (socket.kind == SocketKind::Stream) {
      network_.tcp_abandon(socket);
    } else {
      network_.free_socket(socket);
    }
  }
}

}  // namespace splitscope::sim
