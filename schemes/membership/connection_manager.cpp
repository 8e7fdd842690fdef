#include "schemes/membership/connection_manager.hpp"

#include <algorithm>
#include <utility>

#include "engine/base/assert.hpp"
#include "engine/wire/frame.hpp"

namespace splitscope::schemes {

using base::Endpoint;
using base::EventKind;
using base::Message;
using env::CloseReason;
using env::ConnectionId;

namespace {

// Endpoints whose last Bind is remembered; beyond that the oldest entry by order goes.
constexpr std::size_t LastBindCountMax = 2 * MemberCountMax;

template <typename Entries>
auto lower_bound_endpoint(Entries& entries, Endpoint endpoint) {
  return std::lower_bound(
      entries.begin(), entries.end(), endpoint,
      [](const auto& entry, const Endpoint& value) { return entry.endpoint < value; });
}

}  // namespace

ConnectionManager::ConnectionManager(env::Environment environment, ConnectionOptions options,
                                     PeerHandler& handler)
    : environment_(environment),
      options_(options),
      handler_(handler),
      encoder_(environment.transport.messages()),
      life_(environment.random.next()) {
  encoder_.set_sender(static_cast<std::uint32_t>(life_));
}

base::Result<Endpoint> ConnectionManager::listen(std::uint16_t port, std::uint16_t count) {
  const base::Ipv4 address = environment_.transport.local_addresses().front();
  const std::uint32_t last = std::min<std::uint32_t>(std::uint32_t{port} + count, 0x10000);
  for (std::uint32_t candidate = port; candidate < last; ++candidate) {
    const auto value = static_cast<std::uint16_t>(candidate);
    if (environment_.transport.listen(value, options_.backlog, *this)) {
      self_ = Endpoint{address, value};
      return self_;
    }
  }
  return base::failure("no free port from " + std::to_string(port) + " to " +
                       std::to_string(last - 1));
}

void ConnectionManager::open() {
  is_open_ = true;
  for (const Waiting& entry : std::exchange(waiting_, {})) on_message(entry.connection, entry.bind);
}

bool ConnectionManager::is_connected(Endpoint peer) const {
  const Peer* found = find(peer);
  return found != nullptr && found->state == State::Bound;
}

bool ConnectionManager::is_connecting(Endpoint peer) const {
  return find(peer) != nullptr;
}

bool ConnectionManager::connect(Endpoint peer) {
  if (const Peer* found = find(peer)) return found->state == State::Bound;
  if (peer == self_) return false;
  const ConnectionId connection =
      environment_.transport.connect(peer, options_.connect_timeout, *this);
  add_peer(peer, connection, true);
  add_link(connection, peer);
  return false;
}

bool ConnectionManager::send(Endpoint peer, const Message& frame, Delivery delivery) {
  Peer* found = find(peer);
  if (found == nullptr) {
    connect(peer);
    found = find(peer);
    if (found == nullptr) return false;
  }
  if (found->state == State::Bound) {
    if (delivery == Delivery::Buffered) return send_buffered(*found, frame);
    // A full send queue loses the message, as Hazelcast's callers see a failed write.
    return environment_.transport.send(found->connection, frame) == env::SendOutcome::Queued;
  }
  if (delivery != Delivery::Queued) return false;
  std::vector<Message>& queue = found->waiting().queue;
  if (queue.size() >= QueueLengthMax) return false;
  queue.push_back(frame);
  return true;
}

bool ConnectionManager::send_buffered(Peer& peer, const Message& frame) {
  if (!peer.has_outbox()) {
    const env::SendOutcome outcome = environment_.transport.send(peer.connection, frame);
    if (outcome != env::SendOutcome::Congested) return outcome == env::SendOutcome::Queued;
  }
  std::deque<Message>& outbox = peer.waiting().outbox;
  if (outbox.size() >= OutboxLengthMax) return false;
  outbox.push_back(frame);
  return true;
}

void ConnectionManager::on_writable(ConnectionId connection) {
  const Link* link = find_link(connection);
  Peer* peer = link == nullptr || !link->is_bound ? nullptr : find(link->peer);
  if (peer == nullptr || peer->connection != connection) return;
  while (peer->has_outbox()) {
    const Message& next = peer->unsent->outbox.front();
    if (environment_.transport.send(connection, next) != env::SendOutcome::Queued) return;
    peer->unsent->outbox.pop_front();
  }
}

bool ConnectionManager::send(Endpoint peer, const Message& frame, std::uint32_t& hint) {
  const bool is_there = hint < peers_.size() && peers_[hint].endpoint == peer;
  if (!is_there)
    hint = static_cast<std::uint32_t>(lower_bound_endpoint(peers_, peer) - peers_.begin());
  const bool is_open =
      hint < peers_.size() && peers_[hint].endpoint == peer && peers_[hint].state == State::Bound;
  if (!is_open) return send(peer, frame, Delivery::Connected);
  return environment_.transport.send(peers_[hint].connection, frame) == env::SendOutcome::Queued;
}

void ConnectionManager::expect_send(Endpoint peer, std::uint32_t hint) const {
  if (hint >= peers_.size() || peers_[hint].endpoint != peer) return;
  if (peers_[hint].state == State::Bound) {
    environment_.transport.expect_send(peers_[hint].connection);
  }
}

void ConnectionManager::expect_message(ConnectionId connection, base::Ipv4 peer) const {
  if (connection.index() < links_.size()) __builtin_prefetch(&links_[connection.index()]);
  handler_.expect_peer_message(peer);
}

void ConnectionManager::close(Endpoint peer) {
  const Peer* found = find(peer);
  if (found == nullptr) return;
  const ConnectionId connection = found->connection;
  const bool was_open = found->state != State::Connecting;
  remove_peer(peer);
  remove_link(connection);
  environment_.transport.close(connection);
  if (was_open) {
    environment_.events.emit(EventKind::ConnectionClosed,
                             {pack(peer), static_cast<std::uint64_t>(CloseReason::Local), 0, 0});
  }
}

void ConnectionManager::close_all() {
  for (const Link& link : links_) {
    if (link.connection) environment_.transport.close(link.connection);
  }
  links_.clear();
  peers_.clear();
}

void ConnectionManager::on_connected(Endpoint endpoint, ConnectionId connection) {
  Peer* peer = find(endpoint);
  if (peer == nullptr || peer->connection != connection) return;  // given up meanwhile
  SPLITSCOPE_ASSERT(peer->state == State::Connecting);
  peer->state = State::Binding;
  peer->bind_sent_at = environment_.clock.now();
  send_bind(connection, endpoint, true);
}

void ConnectionManager::on_accepted(Endpoint, ConnectionId connection) {
  std::size_t unbound_count = 0;
  Link* oldest = nullptr;
  for (Link& link : links_) {
    if (!link.connection || link.peer != base::NoEndpoint) continue;
    ++unbound_count;
    if (oldest == nullptr || link.connection < oldest->connection) oldest = &link;
  }
  if (unbound_count >= UnboundCountMax) {
    environment_.transport.close(oldest->connection);
    *oldest = {};
  }
  add_link(connection, base::NoEndpoint);
}

void ConnectionManager::on_message(ConnectionId connection, const Message& frame) {
  const Link* link = find_link(connection);
  if (link == nullptr) return;
  const Endpoint endpoint = link->peer;
  const bool is_bound = link->is_bound;
  if (!is_open_) {
    if (waiting_.size() < UnboundCountMax) waiting_.push_back({connection, frame});
    return;
  }
  const auto header = wire::read_frame_header(frame.bytes());
  if (!header || header->size != frame.size()) return drop_malformed(connection, endpoint, 0);
  const auto type = static_cast<MessageType>(header->type);
  if (type == MessageType::Bind) return on_bind(connection, endpoint, frame);

  if (!is_bound) return drop_malformed(connection, endpoint, header->type);
  if (!handler_.on_peer_message(endpoint, type, frame)) {
    drop_malformed(connection, endpoint, header->type);
  }
}

void ConnectionManager::on_closed(ConnectionId connection, CloseReason reason) {
  const Link* link = find_link(connection);
  if (link == nullptr) return;
  const Endpoint endpoint = link->peer;
  remove_link(connection);
  if (endpoint == base::NoEndpoint) return;
  const Peer* peer = find(endpoint);
  if (peer == nullptr || peer->connection != connection) return;
  const bool was_bound = peer->state == State::Bound;
  remove_peer(endpoint);
  const auto code = static_cast<std::uint64_t>(reason);
  const EventKind kind = was_bound ? EventKind::ConnectionClosed : EventKind::ConnectionFailed;
  environment_.events.emit(kind, {pack(endpoint), code, 0, 0});
  if (was_bound) {
    handler_.on_peer_lost(endpoint, reason);
  } else {
    handler_.on_peer_unreachable(endpoint, reason);
  }
}

void ConnectionManager::send_bind(ConnectionId connection, Endpoint peer, bool answer_expected) {
  Bind bind;
  bind.endpoint = self_;
  bind.target = peer;
  bind.answer_expected = answer_expected;
  bind.life = life_;
  bind.counter = ++bind_counter_;
  environment_.transport.send(connection, encoder_.encode(bind));
}

void ConnectionManager::on_bind(ConnectionId connection, Endpoint known_peer,
                                const Message& frame) {
  Bind bind;
  if (!decode(frame, bind) || bind.endpoint == base::NoEndpoint || bind.endpoint == self_) {
    return drop_malformed(connection, known_peer, static_cast<std::uint16_t>(MessageType::Bind));
  }
  const bool is_answer = known_peer != base::NoEndpoint;
  // An answer must come from whom we called, a request must mean us.
  const bool fits = is_answer ? !bind.answer_expected && bind.endpoint == known_peer
                              : bind.answer_expected && bind.target == self_;
  if (!fits) {
    return drop_malformed(connection, known_peer, static_cast<std::uint16_t>(MessageType::Bind));
  }
  if (is_answer) {
    on_bind_answer(bind);
  } else {
    on_bind_request(connection, bind);
  }
}

void ConnectionManager::on_bind_answer(const Bind& bind) {
  Peer* peer = find(bind.endpoint);
  if (peer == nullptr || peer->state != State::Binding) return;
  is_latest(bind);
  bound(*peer);
}

void ConnectionManager::on_bind_request(ConnectionId connection, const Bind& bind) {
  const Endpoint endpoint = bind.endpoint;
  const bool latest = is_latest(bind);
  Peer* existing = find(endpoint);
  // Both connected at once: the smaller endpoint's connection is kept, if it got as far as Binding.
  const bool ours_wins = existing != nullptr && existing->state == State::Binding &&
                         self_ < endpoint &&
                         environment_.clock.now() - existing->bind_sent_at < BindPatience;
  if (!latest || ours_wins) {
    remove_link(connection);
    environment_.transport.close(connection);
    return;
  }
  std::unique_ptr<Unsent> unsent;
  if (existing != nullptr) {
    const ConnectionId old = existing->connection;
    unsent = std::move(existing->unsent);
    if (unsent != nullptr) unsent->outbox.clear();
    remove_link(old);
    remove_peer(endpoint);
    environment_.transport.close(old);
  }
  find_link(connection)->peer = endpoint;
  send_bind(connection, endpoint, false);
  Peer& peer = add_peer(endpoint, connection, false);
  peer.unsent = std::move(unsent);
  bound(peer);
}

bool ConnectionManager::is_latest(const Bind& bind) {
  auto found = lower_bound_endpoint(last_binds_, bind.endpoint);
  if (found == last_binds_.end() || found->endpoint != bind.endpoint) {
    if (last_binds_.size() >= LastBindCountMax) return true;
    last_binds_.insert(found, {bind.endpoint, bind.life, bind.counter});
    return true;
  }
  if (found->life == bind.life && bind.counter <= found->counter) return false;
  found->life = bind.life;
  found->counter = bind.counter;
  return true;
}

void ConnectionManager::bound(Peer& peer) {
  peer.state = State::Bound;
  find_link(peer.connection)->is_bound = true;
  const Endpoint endpoint = peer.endpoint;
  if (peer.unsent != nullptr) {
    for (const Message& frame : peer.unsent->queue) {
      environment_.transport.send(peer.connection, frame);
    }
    peer.unsent->queue.clear();
  }
  environment_.events.emit(EventKind::ConnectionOpened,
                           {pack(endpoint), peer.ours ? std::uint64_t{1} : 0, 0, 0});
  handler_.on_peer_connected(endpoint);
}

void ConnectionManager::drop_malformed(ConnectionId connection, Endpoint endpoint,
                                       std::uint16_t type) {
  ++malformed_count_;
  environment_.events.emit(EventKind::MessageMalformed, {pack(endpoint), type, 0, 0});
  // The handler may have closed it already.
  if (find_link(connection) == nullptr) return;
  remove_link(connection);
  environment_.transport.close(connection);
  const Peer* peer = endpoint == base::NoEndpoint ? nullptr : find(endpoint);
  if (peer == nullptr || peer->connection != connection) return;
  const bool was_bound = peer->state == State::Bound;
  remove_peer(endpoint);
  const auto code = static_cast<std::uint64_t>(CloseReason::Malformed);
  const EventKind kind = was_bound ? EventKind::ConnectionClosed : EventKind::ConnectionFailed;
  environment_.events.emit(kind, {pack(endpoint), code, 0, 0});
  if (was_bound) {
    handler_.on_peer_lost(endpoint, CloseReason::Malformed);
  } else {
    handler_.on_peer_unreachable(endpoint, CloseReason::Malformed);
  }
}

ConnectionManager::Unsent& ConnectionManager::Peer::waiting() {
  if (unsent == nullptr) unsent = std::make_unique<Unsent>();
  return *unsent;
}

const ConnectionManager::Peer* ConnectionManager::find(Endpoint peer) const {
  const auto found = lower_bound_endpoint(peers_, peer);
  return found != peers_.end() && found->endpoint == peer ? &*found : nullptr;
}

ConnectionManager::Peer* ConnectionManager::find(Endpoint peer) {
  const auto found = lower_bound_endpoint(peers_, peer);
  return found != peers_.end() && found->endpoint == peer ? &*found : nullptr;
}

ConnectionManager::Link* ConnectionManager::find_link(ConnectionId connection) {
  if (connection.index() >= links_.size()) return nullptr;
  Link& link = links_[connection.index()];
  return link.connection == connection ? &link : nullptr;
}

ConnectionManager::Peer& ConnectionManager::add_peer(Endpoint endpoint, ConnectionId connection,
                                                     bool ours) {
  Peer peer;
  peer.endpoint = endpoint;
  peer.connection = connection;
  peer.ours = ours;
  return *peers_.insert(lower_bound_endpoint(peers_, endpoint), std::move(peer));
}

void ConnectionManager::remove_peer(Endpoint endpoint) {
  const auto found = lower_bound_endpoint(peers_, endpoint);
  if (found != peers_.end() && found->endpoint == endpoint) peers_.erase(found);
}

void ConnectionManager::add_link(ConnectionId connection, Endpoint peer) {
  if (connection.index() >= links_.size()) links_.resize(connection.index() + std::size_t{1});
  links_[connection.index()] = {connection, peer, false};
}

void ConnectionManager::remove_link(ConnectionId connection) {
  if (Link* link = find_link(connection)) *link = {};
}

}  // namespace splitscope::schemes
