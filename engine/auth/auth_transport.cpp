#include "engine/auth/auth_transport.hpp"

#include <algorithm>

#include "engine/auth/sealed_frame.hpp"

namespace splitscope::auth {

using base::Endpoint;
using base::Message;
using env::CloseReason;
using env::ConnectionId;
using env::SendOutcome;

// Hears one group or port for a handler above.
class AuthTransport::Ear final : public env::DatagramHandler {
 public:
  Ear(AuthTransport& transport, Endpoint group, env::DatagramHandler& handler)
      : group_(group), transport_(transport), handler_(handler) {}
  Endpoint group() const { return group_; }
  void on_datagram(Endpoint from, const Message& datagram) override {
    transport_.on_datagram(handler_, from, datagram);
  }

 private:
  Endpoint group_;
  AuthTransport& transport_;
  env::DatagramHandler& handler_;
};

AuthTransport::AuthTransport(env::Environment below, const JoinSecret& secret,
                             std::string cluster_name, NonceSource& nonces)
    : below_(below),
      secret_(secret),
      cluster_name_(std::move(cluster_name)),
      nonces_(nonces),
      timer_(below.timers, base::Callback::to<&AuthTransport::on_timer>(*this)) {
  stamp_.nonce = nonces_.next();
}

AuthTransport::~AuthTransport() = default;

std::span<const base::Ipv4> AuthTransport::local_addresses() const {
  return below_.transport.local_addresses();
}

base::MessagePool& AuthTransport::messages() {
  return below_.transport.messages();
}

// --- connections ---

base::Result<void> AuthTransport::listen(std::uint16_t port, std::uint32_t backlog,
                                         env::ConnectionHandler& handler) {
  auto listening = below_.transport.listen(port, backlog, *this);
  if (!listening.has_value()) return listening;
  acceptor_ = &handler;
  stamp_.port = port;
  return listening;
}

ConnectionId AuthTransport::connect(Endpoint peer, base::Duration timeout,
                                    env::ConnectionHandler& handler) {
  const ConnectionId connection = below_.transport.connect(peer, timeout, *this);
  Link& link = links_[connection];
  link.handler = &handler;
  link.peer = peer;
  link.ours = true;
  return connection;
}

SendOutcome AuthTransport::send(ConnectionId connection, const Message& frame) {
  const auto found = links_.find(connection);
  if (found == links_.end() || !found->second.is_proven) return SendOutcome::Gone;
  Link& link = found->second;
  const std::vector<std::byte> sealed = seal(link.keys.sending, link.sent, frame.bytes());
  const SendOutcome outcome = below_.transport.send(connection, messages().make(sealed));
  if (outcome == SendOutcome::Queued) ++link.sent;
  return outcome;
}

void AuthTransport::close(ConnectionId connection) {
  links_.erase(connection);
  below_.transport.close(connection);
}

void AuthTransport::on_connected(Endpoint peer, ConnectionId connection) {
  const auto found = links_.find(connection);
  if (found == links_.end()) return;
  Link& link = found->second;
  link.peer = peer;
  begin(link, JoinHandshake::Role::Connector);
  const std::vector<std::byte> hello = link.handshake->hello();
  if (!send_bytes(connection, hello)) refuse(connection);
}

void AuthTransport::on_accepted(Endpoint peer, ConnectionId connection) {
  Link& link = links_[connection];
  link.handler = acceptor_;
  link.peer = peer;
  begin(link, JoinHandshake::Role::Acceptor);
  limit_unproven();
}

void AuthTransport::begin(Link& link, JoinHandshake::Role role) {
  link.handshake =
      std::make_unique<JoinHandshake>(secret_, role, parameters(link.peer), nonces_.next());
  link.deadline = below_.clock.now() + HandshakeTimeout;
  arm_timer();
}

JoinHandshake::Parameters AuthTransport::parameters(Endpoint peer) const {
  return {cluster_name_, local_addresses().front(), peer, stamp_};
}

void AuthTransport::on_message(ConnectionId connection, const Message& frame) {
  const auto found = links_.find(connection);
  if (found == links_.end()) return;
  Link& link = found->second;
  if (!link.is_proven) return on_handshake_frame(connection, link, frame);
  const auto inner = unseal(link.keys.receiving, link.received, frame.bytes());
  if (!inner.has_value()) return refuse(connection);
  ++link.received;
  const Message message = messages().make(*inner);
  link.handler->on_message(connection, message);
}

void AuthTransport::on_handshake_frame(ConnectionId connection, Link& link, const Message& frame) {
  const std::vector<std::byte> reply = link.handshake->on_frame(frame.bytes());
  if (link.handshake->state() == JoinHandshake::State::Failed) return refuse(connection);
  if (!reply.empty() && !send_bytes(connection, reply)) return refuse(connection);
  if (link.handshake->state() == JoinHandshake::State::Open) on_proven(connection, link);
}

void AuthTransport::on_proven(ConnectionId connection, Link& link) {
  link.is_proven = true;
  link.deadline = base::EndOfTime;
  link.keys = link.handshake->keys();
  const DatagramStamp peer = link.handshake->peer_stamp();
  link.handshake.reset();
  const Endpoint member{link.peer.address, peer.port};
  if (known_.size() < KnownCountMax || known_.contains(member)) {
    Known& known = known_[member];
    const bool is_newer = known.nonce != peer.nonce || known.counter < peer.counter;
    if (is_newer) known = {peer.nonce, peer.counter};
  }
  if (link.handler == nullptr) return close(connection);  // it was only to know the sender
  if (link.ours) {
    link.handler->on_connected(link.peer, connection);
  } else {
    link.handler->on_accepted(link.peer, connection);
  }
}

void AuthTransport::on_closed(ConnectionId connection, CloseReason reason) {
  const auto found = links_.find(connection);
  if (found == links_.end()) return;
  const Link& link = found->second;
  env::ConnectionHandler* told = link.is_proven || link.ours ? link.handler : nullptr;
  links_.erase(found);
  if (told != nullptr) told->on_closed(connection, reason);
}

void AuthTransport::on_writable(ConnectionId connection) {
  const auto found = links_.find(connection);
  if (found != links_.end() && found->second.is_proven) {
    found->second.handler->on_writable(connection);
  }
}

// Called from the loop only, so that the handler may be told at once.
void AuthTransport::refuse(ConnectionId connection) {
  ++refused_count_;
  const auto found = links_.find(connection);
  const Endpoint peer = found->second.peer;
  below_.events.emit(base::EventKind::MessageMalformed,
                     {base::pack(peer), static_cast<std::uint64_t>(FrameType::Sealed), 0, 0});
  below_.transport.close(connection);
  on_closed(connection, CloseReason::Malformed);
}

void AuthTransport::limit_unproven() {
  const auto is_unproven = [](const auto& entry) {
    return !entry.second.is_proven && !entry.second.ours;
  };
  const auto count = std::count_if(links_.begin(), links_.end(), is_unproven);
  if (static_cast<std::size_t>(count) <= UnprovenCountMax) return;
  close(std::find_if(links_.begin(), links_.end(), is_unproven)->first);
}

void AuthTransport::on_timer() {
  std::vector<ConnectionId> late;
  for (const auto& [connection, link] : links_) {
    if (link.deadline <= below_.clock.now()) late.push_back(connection);
  }
  for (const ConnectionId connection : late) {
    if (links_.contains(connection)) refuse(connection);
  }
  arm_timer();
}

void AuthTransport::arm_timer() {
  base::Instant next = base::EndOfTime;
  for (const auto& [connection, link] : links_) next = std::min(next, link.deadline);
  if (next != base::EndOfTime) timer_.arm_at(next);
}

bool AuthTransport::send_bytes(ConnectionId connection, std::span<const std::byte> bytes) {
  return below_.transport.send(connection, messages().make(bytes)) == SendOutcome::Queued;
}

// --- datagrams ---

base::Result<void> AuthTransport::join_group(const env::MulticastOptions& options,
                                             env::DatagramHandler& handler) {
  auto ear = std::make_unique<Ear>(*this, options.group, handler);
  auto joined = below_.transport.join_group(options, *ear);
  if (joined.has_value()) ears_.push_back(std::move(ear));
  return joined;
}

void AuthTransport::leave_group(Endpoint group) {
  below_.transport.leave_group(group);
  std::erase_if(ears_, [group](const auto& ear) { return ear->group() == group; });
}

base::Result<void> AuthTransport::bind_datagram(std::uint16_t port, env::DatagramHandler& handler) {
  auto ear = std::make_unique<Ear>(*this, Endpoint{local_addresses().front(), port}, handler);
  auto bound = below_.transport.bind_datagram(port, *ear);
  if (bound.has_value()) ears_.push_back(std::move(ear));
  return bound;
}

Message AuthTransport::seal_datagram_now(const Message& datagram) {
  ++stamp_.counter;
  return messages().make(
      seal_datagram(secret_, cluster_name_, local_addresses().front(), stamp_, datagram.bytes()));
}

void AuthTransport::send_multicast(const env::MulticastOptions& options, const Message& datagram) {
  below_.transport.send_multicast(options, seal_datagram_now(datagram));
}

void AuthTransport::send_datagram(std::uint16_t from_port, Endpoint to, const Message& datagram) {
  below_.transport.send_datagram(from_port, to, seal_datagram_now(datagram));
}

void AuthTransport::on_datagram(env::DatagramHandler& handler, Endpoint from,
                                const Message& datagram) {
  const auto opened = open_datagram(secret_, cluster_name_, from.address, datagram.bytes());
  if (!opened.has_value()) {
    ++refused_count_;
    return;
  }
  if (opened->stamp.nonce == stamp_.nonce) return;  // our own, heard again
  const Endpoint sender{from.address, opened->stamp.port};
  const auto known = known_.find(sender);
  if (known == known_.end() || known->second.nonce != opened->stamp.nonce) {
    return introduce(sender);
  }
  if (opened->stamp.counter <= known->second.counter) {
    ++refused_count_;  // old bytes
    return;
  }
  known->second.counter = opened->stamp.counter;
  const Message message = messages().make(opened->datagram);
  handler.on_datagram(from, message);
}

// Somebody who once had the secret made that datagram; whether it is alive, and this its present
// life, a connection will say. The datagram itself is lost: who looks for a cluster repeats it.
void AuthTransport::introduce(Endpoint member) {
  const auto is_introduction = [](const auto& entry) { return entry.second.handler == nullptr; };
  const auto is_under_way = [member](const auto& entry) {
    return entry.second.ours && entry.second.peer == member && !entry.second.is_proven;
  };
  const auto count = std::count_if(links_.begin(), links_.end(), is_introduction);
  if (member.port == 0 || static_cast<std::size_t>(count) >= IntroductionCountMax) return;
  if (std::any_of(links_.begin(), links_.end(), is_under_way)) return;
  const ConnectionId connection = below_.transport.connect(member, HandshakeTimeout, *this);
  Link& link = links_[connection];
  link.peer = member;
  link.ours = true;
}

}  // namespace splitscope::auth
