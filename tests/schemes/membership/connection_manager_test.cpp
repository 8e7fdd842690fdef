#include "schemes/membership/connection_manager.hpp"

#include <catch2/catch.hpp>

#include "tests/support/fake_environment.hpp"

using namespace std::chrono_literals;
using namespace splitscope;
using namespace splitscope::schemes;
using tests::FakeHost;
using tests::FakeWorld;

namespace {

constexpr std::uint16_t Port = 5701;

// A process that only has connections, and remembers what happened to them.
class Peer final : public env::Program, private PeerHandler {
 public:
  explicit Peer(env::Environment environment)
      : connections(environment, {.connect_timeout = 10s, .backlog = 100}, *this) {}
  void start() override {
    REQUIRE(connections.listen(Port, 1));
    connections.open();
  }
  void shut_down() override {}

  ConnectionManager connections;
  std::vector<base::Endpoint> connected;
  std::vector<std::pair<base::Endpoint, env::CloseReason>> unreachable;
  std::vector<std::pair<base::Endpoint, env::CloseReason>> lost;
  std::vector<std::uint32_t> rounds;         // of the claims received, in order
  mutable std::vector<base::Ipv4> expected;  // whose messages were announced

  bool claim(base::Endpoint to, std::uint32_t round, Delivery delivery) {
    JoinMastershipClaim message;
    message.round = round;
    return connections.send(to, connections.encoder().encode(message), delivery);
  }

 private:
  void expect_peer_message(base::Ipv4 peer) const override { expected.push_back(peer); }
  void on_peer_connected(base::Endpoint peer) override { connected.push_back(peer); }
  void on_peer_unreachable(base::Endpoint peer, env::CloseReason reason) override {
    unreachable.emplace_back(peer, reason);
  }
  void on_peer_lost(base::Endpoint peer, env::CloseReason reason) override {
    lost.emplace_back(peer, reason);
  }
  bool on_peer_message(base::Endpoint, MessageType type, const base::Message& frame) override {
    JoinMastershipClaim claim;
    if (type != MessageType::JoinMastershipClaim || !decode(frame, claim)) return false;
    rounds.push_back(claim.round);
    return true;
  }
};

struct Pair {
  FakeWorld world;
  FakeHost& left_host = world.add_host(base::ipv4(10, 0, 0, 1));
  FakeHost& right_host = world.add_host(base::ipv4(10, 0, 0, 2));
  base::Endpoint left_end{base::ipv4(10, 0, 0, 1), Port};
  base::Endpoint right_end{base::ipv4(10, 0, 0, 2), Port};
  Peer* left = run(left_host);
  Peer* right = run(right_host);

  static Peer* run(FakeHost& host) {
    auto program = std::make_unique<Peer>(host.environment());
    Peer* peer = program.get();
    host.run(std::move(program));
    return peer;
  }
  Pair() { world.run_for(1ms); }
};

}  // namespace

TEST_CASE("connections: whoever connects is known by the endpoint it listens on",
          "[schemes][membership]") {
  Pair t;
  CHECK(t.left->claim(t.right_end, 7, Delivery::Queued));
  t.world.run_for(10ms);
  CHECK(t.left->connected == std::vector{t.right_end});
  CHECK(t.right->connected == std::vector{t.left_end});
  CHECK(t.right->rounds == std::vector<std::uint32_t>{7});
  CHECK(t.right->claim(t.left_end, 8, Delivery::Connected));
  t.world.run_for(10ms);
  CHECK(t.left->rounds == std::vector<std::uint32_t>{8});
}

TEST_CASE("connections: a message that is not to wait is lost, but the connection is begun",
          "[schemes][membership]") {
  Pair t;
  CHECK_FALSE(t.left->claim(t.right_end, 1, Delivery::Connected));
  t.world.run_for(10ms);
  CHECK(t.right->rounds.empty());
  CHECK(t.left->claim(t.right_end, 2, Delivery::Connected));
  t.world.run_for(10ms);
  CHECK(t.right->rounds == std::vector<std::uint32_t>{2});
}

TEST_CASE("connections: buffered messages wait in order while the connection is congested",
          "[schemes][membership]") {
  Pair t;
  CHECK_FALSE(t.left->claim(t.right_end, 1, Delivery::Buffered));
  t.world.run_for(10ms);
  t.left_host.set_congested(true);
  CHECK(t.left->claim(t.right_end, 2, Delivery::Buffered));
  CHECK_FALSE(t.left->claim(t.right_end, 3, Delivery::Connected));
  t.left_host.is_congested = false;
  CHECK(t.left->claim(t.right_end, 4, Delivery::Buffered));
  t.left_host.set_congested(false);
  t.world.run_for(10ms);
  CHECK(t.right->rounds == std::vector<std::uint32_t>{2, 4});
}

TEST_CASE("connections: so many messages wait for a congested connection, and no more",
          "[schemes][membership]") {
  Pair t;
  t.left->claim(t.right_end, 0, Delivery::Queued);
  t.world.run_for(10ms);
  t.left_host.set_congested(true);
  for (std::uint32_t i = 0; i < ConnectionManager::OutboxLengthMax; ++i) {
    REQUIRE(t.left->claim(t.right_end, i, Delivery::Buffered));
  }
  CHECK_FALSE(t.left->claim(t.right_end, 0, Delivery::Buffered));
  t.left_host.set_congested(false);
  t.world.run_for(10ms);
  CHECK(t.right->rounds.size() == ConnectionManager::OutboxLengthMax + 1);
}

TEST_CASE("connections: two that connect to each other at once end up with one connection",
          "[schemes][membership]") {
  Pair t;
  t.left->claim(t.right_end, 1, Delivery::Queued);
  t.right->claim(t.left_end, 2, Delivery::Queued);
  t.world.run_for(10ms);
  CHECK(t.left->connections.is_connected(t.right_end));
  CHECK(t.right->connections.is_connected(t.left_end));
  CHECK(t.right->rounds == std::vector<std::uint32_t>{1});
  CHECK(t.left->rounds == std::vector<std::uint32_t>{2});
  CHECK(t.left->lost.empty());
  CHECK(t.right->lost.empty());
  CHECK(t.left->unreachable.empty());
  CHECK(t.right->unreachable.empty());
}

TEST_CASE("connections: nobody listens, and what was queued is lost", "[schemes][membership]") {
  Pair t;
  const base::Endpoint nobody{base::ipv4(10, 0, 0, 2), 9999};
  CHECK(t.left->claim(nobody, 1, Delivery::Queued));
  t.world.run_for(10ms);
  REQUIRE(t.left->unreachable.size() == 1);
  CHECK(t.left->unreachable.front().second == env::CloseReason::Refused);
  CHECK_FALSE(t.left->connections.is_connecting(nobody));
}

TEST_CASE("connections: an endpoint that is cut off times out", "[schemes][membership]") {
  Pair t;
  t.world.cut(t.left_end.address, t.right_end.address);
  t.left->connections.connect(t.right_end);
  t.world.run_for(9s);
  CHECK(t.left->unreachable.empty());
  t.world.run_for(2s);
  REQUIRE(t.left->unreachable.size() == 1);
  CHECK(t.left->unreachable.front().second == env::CloseReason::TimedOut);
}

TEST_CASE("connections: the queue of a connection under way has an end", "[schemes][membership]") {
  Pair t;
  for (std::uint32_t i = 0; i < ConnectionManager::QueueLengthMax; ++i) {
    CHECK(t.left->claim(t.right_end, i, Delivery::Queued));
  }
  CHECK_FALSE(t.left->claim(t.right_end, 999, Delivery::Queued));
  t.world.run_for(10ms);
  CHECK(t.right->rounds.size() == ConnectionManager::QueueLengthMax);
  CHECK(t.right->rounds.front() == 0);
}

TEST_CASE("connections: a killed peer is lost, and a new life replaces the old",
          "[schemes][membership]") {
  Pair t;
  t.left->claim(t.right_end, 1, Delivery::Queued);
  t.world.run_for(10ms);
  t.right_host.kill();
  t.world.run_for(10ms);
  REQUIRE(t.left->lost.size() == 1);
  Peer* reborn = Pair::run(t.right_host);
  t.world.run_for(10ms);
  reborn->claim(t.left_end, 5, Delivery::Queued);
  t.world.run_for(10ms);
  CHECK(t.left->connections.is_connected(t.right_end));
  CHECK(t.left->rounds == std::vector<std::uint32_t>{5});
}

TEST_CASE("connections: closing is silent here and heard there", "[schemes][membership]") {
  Pair t;
  t.left->claim(t.right_end, 1, Delivery::Queued);
  t.world.run_for(10ms);
  t.left->connections.close(t.right_end);
  t.world.run_for(10ms);
  CHECK(t.left->lost.empty());
  REQUIRE(t.right->lost.size() == 1);
  CHECK(t.right->lost.front().second == env::CloseReason::Closed);
}

TEST_CASE("connections: bytes that are no message close the connection and are counted",
          "[schemes][membership]") {
  Pair t;
  t.left->claim(t.right_end, 1, Delivery::Queued);
  t.world.run_for(10ms);
  // A type that this process does not understand.
  ShutdownRequest request;
  t.left->connections.send(t.right_end, t.left->connections.encoder().encode(request),
                           Delivery::Connected);
  t.world.run_for(10ms);
  CHECK(t.right->connections.malformed_count() == 1);
  CHECK(t.right_host.count(base::EventKind::MessageMalformed) == 1);
  CHECK_FALSE(t.right->connections.is_connected(t.left_end));
  CHECK(t.left->lost.size() == 1);
}

TEST_CASE("connections: a Bind that means somebody else is refused", "[schemes][membership]") {
  Pair t;
  class Stranger final : public env::Program, private env::ConnectionHandler {
   public:
    Stranger(env::Environment environment, base::Endpoint target)
        : environment_(environment), target_(target), encoder_(environment.transport.messages()) {}
    void start() override { environment_.transport.connect(target_, 1s, *this); }
    void shut_down() override {}
    bool closed = false;

   private:
    void on_connected(base::Endpoint, env::ConnectionId connection) override {
      Bind bind;
      bind.endpoint = {base::ipv4(10, 0, 0, 3), Port};
      bind.target = {base::ipv4(10, 9, 9, 9), Port};
      bind.answer_expected = true;
      environment_.transport.send(connection, encoder_.encode(bind));
    }
    void on_accepted(base::Endpoint, env::ConnectionId) override {}
    void on_message(env::ConnectionId, const base::Message&) override {}
    void on_closed(env::ConnectionId, env::CloseReason) override { closed = true; }
    env::Environment environment_;
    base::Endpoint target_;
    MessageEncoder encoder_;
  };
  FakeHost& third = t.world.add_host(base::ipv4(10, 0, 0, 3));
  auto program = std::make_unique<Stranger>(third.environment(), t.left_end);
  const Stranger& stranger = *program;
  third.run(std::move(program));
  t.world.run_for(10ms);
  CHECK(stranger.closed);
  CHECK(t.left->connected.empty());
  CHECK(t.left->connections.malformed_count() == 1);
}

TEST_CASE("connections: a hint of a send names the connection that it will go out on",
          "[schemes][membership]") {
  Pair t;
  t.left->connections.expect_send(t.right_end, 0);  // there is none yet
  CHECK(t.left->claim(t.right_end, 1, Delivery::Queued));
  t.left->connections.expect_send(t.right_end, 0);  // not open yet
  t.world.run_for(10ms);
  CHECK(t.left_host.expected_sends.empty());
  t.left_host.sends.clear();
  t.left->connections.expect_send(t.right_end, 1);  // nobody there
  t.left->connections.expect_send(t.left_end, 0);   // somebody else there
  CHECK(t.left_host.expected_sends.empty());
  t.left->connections.expect_send(t.right_end, 0);
  CHECK(t.left_host.sends.empty());
  CHECK(t.left->claim(t.right_end, 2, Delivery::Connected));
  CHECK(t.left_host.expected_sends.size() == 1);
  CHECK(t.left_host.expected_sends == t.left_host.sends);
}

TEST_CASE("connections: a send finds its peer whatever the hint, and corrects it",
          "[schemes][membership]") {
  Pair t;
  FakeHost& third_host = t.world.add_host(base::ipv4(10, 0, 0, 3));
  Peer* const third = Pair::run(third_host);
  t.world.run_for(1ms);
  CHECK(t.left->claim(t.right_end, 0, Delivery::Queued));
  CHECK(t.left->claim({third_host.address(), Port}, 0, Delivery::Queued));
  t.world.run_for(10ms);
  const base::Message frame = t.left->connections.encoder().encode(JoinMastershipClaim{});
  for (std::uint32_t hint : {0u, 1u, 2u, 1000u}) {
    CHECK(t.left->connections.send({third_host.address(), Port}, frame, hint));
    CHECK(hint == 1);
  }
  t.world.run_for(10ms);
  CHECK(third->rounds.size() == 5);
  CHECK(t.right->rounds.size() == 1);
}

TEST_CASE("connections: who is about to hear a peer is told its address", "[schemes][membership]") {
  Pair t;
  CHECK(t.left->claim(t.right_end, 1, Delivery::Queued));
  t.world.run_for(10ms);
  CHECK(t.right->expected.empty());
  t.right->connections.expect_message(env::ConnectionId{7777}, t.left_host.address());
  CHECK(t.right->expected == std::vector{t.left_host.address()});
  t.world.run_for(10ms);
  CHECK(t.right->rounds == std::vector<std::uint32_t>{1});
}
