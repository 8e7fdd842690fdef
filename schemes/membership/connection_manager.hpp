// One connection per peer. Hides: who connected, the handshake that names both ends, what happens
// when both connect at once, and messages that wait for a connection. A peer is named by the
// endpoint it listens on.
//
// Handshake: whoever connects sends Bind first; the acceptor answers with its own Bind. Each Bind
// carries the sender's life (drawn at start) and a counter, so that the later of two connections
// wins, whatever order they arrive in. When both sides connect at once, the connection that the
// smaller endpoint made is kept, unless it has waited for its answer too long.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "engine/env/environment.hpp"
#include "schemes/membership/message_codec.hpp"
#include "schemes/membership/messages.hpp"

namespace splitscope::schemes {

// What happens on connections, by peer. Called from the event loop, never from inside a call to the
// manager.
class PeerHandler {
 public:
  // Messages can pass. Queued ones are on their way.
  virtual void on_peer_connected(base::Endpoint peer) = 0;
  // We could not connect; what was queued is lost.
  virtual void on_peer_unreachable(base::Endpoint peer, env::CloseReason reason) = 0;
  // The connection is gone, and not because we closed it.
  virtual void on_peer_lost(base::Endpoint peer, env::CloseReason reason) = 0;
  // One message, header included; the bytes live during the call. False: it was malformed.
  virtual bool on_peer_message(base::Endpoint peer, MessageType type,
                               const base::Message& frame) = 0;
  // One may come soon, from some port of that address: what it will need may be prefetched.
  // Changes nothing.
  virtual void expect_peer_message(base::Ipv4 /*peer*/) const {}

 protected:
  ~PeerHandler() = default;
};

// What becomes of a message while there is no connection yet.
enum class Delivery : std::uint8_t {
  Connected,  // it goes only if one is open; else we begin to connect, and it is lost
  Queued,     // it waits for the connection that we begin to open
  Buffered,   // as Connected, but it waits, in order, while an open connection is congested
};

struct ConnectionOptions {
  base::Duration connect_timeout{};  // 0 = the kernel's own
  std::uint32_t backlog = 100;       // Hazelcast's default
};

class ConnectionManager final : public env::ConnectionHandler {
 public:
  // Messages queued for one peer; more are dropped, oldest last.
  static constexpr std::size_t QueueLengthMax = 64;
  // Messages that wait for one congested connection; more are not taken.
  static constexpr std::size_t OutboxLengthMax = 10'000;
  // When both connect at once, how long the smaller endpoint holds on to its own connection. One
  // that got no answer for longer may be dead at the other end: then the peer's is taken.
  static constexpr base::Duration BindPatience = std::chrono::seconds{2};
  // Accepted connections that have not sent Bind yet; the oldest is closed beyond that.
  static constexpr std::size_t UnboundCountMax = 1024;

  // `environment` and `handler` outlive *this.
  ConnectionManager(env::Environment environment, ConnectionOptions options, PeerHandler& handler);
  ConnectionManager(const ConnectionManager&) = delete;
  ConnectionManager& operator=(const ConnectionManager&) = delete;
  // Connections are left to the world: a process that is killed says nothing.
  ~ConnectionManager() = default;

  // Listens on `port` or one of the next `count` - 1; peers that connect wait for open(). Error:
  // all are in use.
  base::Result<base::Endpoint> listen(std::uint16_t port, std::uint16_t count);
  // Begins to answer those who connect, the waiting ones first.
  void open();
  base::Endpoint self() const { return self_; }

  bool is_connected(base::Endpoint peer) const;
  // Open, or about to be.
  bool is_connecting(base::Endpoint peer) const;
  // Begins to connect unless open or under way. True if open.
  bool connect(base::Endpoint peer);
  // Whether the message was sent or queued.
  bool send(base::Endpoint peer, const base::Message& frame, Delivery delivery);
  // The same with Delivery::Connected, for callers that go through many peers in order: `hint` is
  // where this one is thought to be, then where it is. A wrong hint costs a search, nothing else.
  bool send(base::Endpoint peer, const base::Message& frame, std::uint32_t& hint);
  // Such a send follows soon.
  void expect_send(base::Endpoint peer, std::uint32_t hint) const;
  // Closes without telling the handler. Messages queued for it are lost.
  void close(base::Endpoint peer);
  void close_all();

  std::uint64_t malformed_count() const { return malformed_count_; }
  MessageEncoder& encoder() { return encoder_; }

  void on_connected(base::Endpoint peer, env::ConnectionId connection) override;
  void on_accepted(base::Endpoint peer, env::ConnectionId connection) override;
  void on_message(env::ConnectionId connection, const base::Message& frame) override;
  void on_closed(env::ConnectionId connection, env::CloseReason reason) override;
  void on_writable(env::ConnectionId connection) override;
  void expect_message(env::ConnectionId connection, base::Ipv4 peer) const override;

 private:
  enum class State : std::uint8_t {
    Connecting,  // we asked the kernel
    Binding,     // connected by us; Bind sent, not answered
    Bound,
  };
  struct Unsent {
    std::vector<base::Message> queue;  // until there is a connection
    std::deque<base::Message> outbox;  // while it is congested
  };
  struct Peer {
    base::Endpoint endpoint;
    env::ConnectionId connection;
    State state = State::Connecting;
    bool ours = false;
    base::Instant bind_sent_at{};
    std::unique_ptr<Unsent> unsent;  // none: nothing had to wait

    bool has_outbox() const { return unsent != nullptr && !unsent->outbox.empty(); }
    Unsent& waiting();
  };
  // A connection, if any, and whose it is: NoEndpoint while an accepted one has not sent Bind.
  struct Link {
    env::ConnectionId connection;
    base::Endpoint peer;
    bool is_bound = false;  // it is that peer's connection, and open for messages
  };
  // The last Bind seen from an endpoint, also after its connection is gone.
  struct Waiting {
    env::ConnectionId connection;
    base::Message bind;
  };
  struct LastBind {
    base::Endpoint endpoint;
    std::uint64_t life = 0;
    std::uint32_t counter = 0;
  };

  const Peer* find(base::Endpoint peer) const;
  Peer* find(base::Endpoint peer);
  Link* find_link(env::ConnectionId connection);
  Peer& add_peer(base::Endpoint endpoint, env::ConnectionId connection, bool ours);
  void remove_peer(base::Endpoint endpoint);
  bool send_buffered(Peer& peer, const base::Message& frame);
  void remove_link(env::ConnectionId connection);
  void add_link(env::ConnectionId connection, base::Endpoint peer);

  void send_bind(env::ConnectionId connection, base::Endpoint peer, bool answer_expected);
  void on_bind(env::ConnectionId connection, base::Endpoint known_peer, const base::Message& frame);
  void on_bind_answer(const Bind& bind);
  void on_bind_request(env::ConnectionId connection, const Bind& bind);
  bool is_latest(const Bind& bind);
  void bound(Peer& peer);
  void drop_malformed(env::ConnectionId connection, base::Endpoint peer, std::uint16_t type);

  env::Environment environment_;
  ConnectionOptions options_;
  PeerHandler& handler_;
  MessageEncoder encoder_;
  base::Endpoint self_;
  std::uint64_t life_;
  std::uint32_t bind_counter_ = 0;
  std::uint64_t malformed_count_ = 0;
  bool is_open_ = false;
  std::vector<Waiting> waiting_;      // Binds that came before open(), at most UnboundCountMax
  std::vector<Peer> peers_;           // by endpoint
  std::vector<Link> links_;           // by index of the connection
  std::vector<LastBind> last_binds_;  // by endpoint
};

}  // namespace splitscope::schemes
