// TCP between two simulated hosts, driven through the seam's transport. Figures are of a recorded
// kernel: docs/kernel-rules.md.
#include "tcp_lab.hpp"

using namespace splitscope;
using namespace splitscope::tests;

TEST_CASE("tcp: a connection opens in one round trip and carries messages in order",
          "[engine][sim][tcp]") {
  Pair pair;
  pair.open();
  for (int i = 0; i < 50; ++i) CHECK(pair.send() == env::SendOutcome::Queued);
  pair.run_for(100ms);
  REQUIRE(pair.server_seen.counters.size() == 50);
  CHECK(std::is_sorted(pair.server_seen.counters.begin(), pair.server_seen.counters.end()));
}

TEST_CASE("tcp: kill -9 is seen as FIN at once (rule 14)", "[engine][sim][tcp]") {
  Pair pair;
  pair.open();
  const base::Instant before = pair.simulation.now();
  pair.server.end(sim::ExitReason::Killed);
  pair.run_for(1s);
  REQUIRE(pair.client_seen.log.back() == "closed");
  CHECK(pair.client_seen.closed_at - before < 1ms);
}

TEST_CASE("tcp: a process killed with unread data resets (rule 15)", "[engine][sim][tcp]") {
  Pair pair;
  pair.open();
  pair.server.pause();
  pair.send();
  pair.run_for(100ms);
  pair.server.end(sim::ExitReason::Killed);
  pair.run_for(1s);
  CHECK(pair.client_seen.log.back() == "reset");
}

TEST_CASE("tcp: a rebooted peer resets the first segment it sees (rule 16)", "[engine][sim][tcp]") {
  Pair pair;
  pair.open();
  pair.server.end(sim::ExitReason::HostOff);
  pair.network.power_off(pair.server_host);
  pair.network.power_on(pair.server_host);
  pair.run_for(100s);
  CHECK(pair.client_seen.log.back() == "connected");  // idle: nothing, for ever
  const base::Instant before = pair.simulation.now();
  pair.send();
  pair.run_for(1s);
  REQUIRE(pair.client_seen.log.back() == "reset");
  CHECK(pair.client_seen.closed_at - before < 2ms);
}

TEST_CASE("tcp: messages cross a lossy link in order", "[engine][sim][tcp]") {
  Pair pair;
  pair.open();
  net::PacketRule loss;
  loss.action = net::PacketRule::Action::Lose;
  loss.probability = base::Probability::from_ratio(20, 100);
  pair.network.install(loss);
  for (int i = 0; i < 300; ++i) {
    pair.send();
    if (i % 3 == 0) pair.send_back();
    pair.run_for(500ms);
  }
  pair.run_for(300s);
  std::vector<std::uint32_t> sorted = pair.server_seen.counters;
  CHECK(std::is_sorted(sorted.begin(), sorted.end()));
  CHECK(sorted.size() == 300);
  CHECK(pair.client_seen.counters.size() == 100);
}

TEST_CASE("tcp: closing leaves no socket behind", "[engine][sim][tcp]") {
  Pair pair;
  pair.open();
  pair.client_peer->environment().transport.close(pair.client_seen.connections.back());
  pair.run_for(1s);
  CHECK(pair.server_seen.log.back() == "closed");
  CHECK(pair.network.open_sockets() == 1);  // the listener
}

namespace {

class NothingHappens final : public sim::EventHandler {
 public:
  void on_event(const sim::Event&) override {}
};

// Messages back and forth beside so many other events that the queue looks ahead, if it is asked.
void talk_in_a_crowd(Pair& pair, NothingHappens& crowd, bool looks_ahead) {
  pair.simulation.set_handler(sim::EventClass::World, crowd);
  pair.open();
  if (looks_ahead) pair.simulation.expect_large_state();
  for (std::uint32_t i = 0; i < 1000; ++i) {
    pair.simulation.schedule(pair.now() + i * 100us, sim::EventClass::World, 0, 0, 0);
  }
  for (int i = 0; i < 5; ++i) {
    pair.send();
    pair.run_for(10ms);
    pair.send_back();
    pair.run_for(10ms);
  }
}

}  // namespace

TEST_CASE("tcp: a program is told which connection a message will come on, before it comes",
          "[engine][sim][tcp]") {
  NothingHappens crowd;
  Pair pair(3ms);
  talk_in_a_crowd(pair, crowd, true);
  REQUIRE(pair.server_seen.counters.size() == 5);
  for (std::size_t received = 0; received < 5; ++received) {
    INFO("message " << received);
    CHECK(std::ranges::any_of(pair.server_seen.expected, [&](const Seen::Expected& expected) {
      return expected.received == received;
    }));
  }
  for (const Seen::Expected& expected : pair.server_seen.expected) {
    CHECK(expected.connection == pair.server_seen.connections.back());
    CHECK(expected.peer == base::ipv4(10, 0, 0, 1));
  }
  CHECK(std::ranges::all_of(pair.client_seen.expected, [](const Seen::Expected& expected) {
    return expected.peer == base::ipv4(10, 0, 0, 2);
  }));
}

TEST_CASE("tcp: looking ahead changes nothing", "[engine][sim][tcp]") {
  NothingHappens crowd;
  Pair with(3ms);
  Pair without(3ms);
  talk_in_a_crowd(with, crowd, true);
  talk_in_a_crowd(without, crowd, false);
  CHECK_FALSE(with.server_seen.expected.empty());
  CHECK(without.server_seen.expected.empty());
  CHECK(with.simulation.digest().value() == without.simulation.digest().value());
}
