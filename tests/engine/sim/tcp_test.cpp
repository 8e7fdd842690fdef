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
