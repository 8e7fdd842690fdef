// How connects end, and what a listener holds: rules 8 to 13, 25 and 33.
#include "tcp_lab.hpp"

using namespace splitscope;
using namespace splitscope::tests;

TEST_CASE("tcp: nobody listens: refused after one round trip (rule 8)", "[engine][sim][tcp]") {
  Pair pair;
  pair.start(pair.server, *pair.server_kernel, false, pair.server_seen, pair.server_peer);
  const base::Instant before = pair.now();
  pair.connect();
  pair.run_for(1s);
  REQUIRE(pair.client_seen.log == std::vector<std::string>{"refused"});
  CHECK(pair.client_seen.closed_at - before < 2ms);
}

TEST_CASE("tcp: what a firewall answers ends a connect at once (rule 8)", "[engine][sim][tcp]") {
  const auto outcome = [](net::RejectKind kind) {
    Pair pair;
    pair.start_server();
    pair.reject(kind);
    const base::Instant before = pair.now();
    pair.connect(10s);
    pair.run_for(11s);
    CHECK(pair.closed_after(before) < 0.004);  // recorded: 0.05 to 3.8 ms
    return pair.client_seen.log.back();
  };
  CHECK(outcome(net::RejectKind::TcpReset) == "refused");
  CHECK(outcome(net::RejectKind::PortUnreachable) == "refused");
  CHECK(outcome(net::RejectKind::Prohibited) == "unreachable");
  CHECK(outcome(net::RejectKind::HostProhibited) == "unreachable");
  CHECK(outcome(net::RejectKind::HostUnreachable) == "unreachable");
  CHECK(outcome(net::RejectKind::NetUnreachable) == "unreachable");
}

TEST_CASE("tcp: dropped SYNs time out at the caller's limit (rule 9)", "[engine][sim][tcp]") {
  const auto syns = [](base::Duration limit, double recorded) {
    Pair pair;
    pair.start_server();
    pair.cut();
    pair.observe();
    const base::Instant before = pair.now();
    pair.connect(limit);
    pair.run_for(20s);
    CHECK(pair.client_seen.log == std::vector<std::string>{"timed out"});
    CHECK(pair.closed_after(before) == Approx(recorded).margin(0.02));
    return pair.log.times(pair.client_host, net::FlagSyn).size();
  };
  CHECK(syns(5s, 5.0013) == 5);
  CHECK(syns(10s, 10.0094) == 7);
}

TEST_CASE("tcp: the kernel's own limit follows from its number of SYNs (rule 9)",
          "[engine][sim][tcp]") {
  struct Recorded {
    std::uint32_t retries;
    std::size_t syns;
    double died;
  };
  // Two late timers of up to 2 s each lie in the last; the recordings have one phase each.
  for (const auto& [retries, syns, died] :
       {Recorded{1, 3, 3.0639}, Recorded{2, 6, 7.127}, Recorded{3, 8, 19.351},
        Recorded{4, 9, 35.4789}, Recorded{5, 10, 67.9909}, Recorded{6, 11, 133.528}}) {
    INFO("retries " << retries);
    Pair pair;
    sim::TcpSettings settings;
    settings.syn_retries = retries;
    pair.set_client(settings);
    pair.start_server();
    pair.cut();
    pair.observe();
    const base::Instant before = pair.now();
    pair.connect();
    pair.run_for(200s);
    REQUIRE(pair.client_seen.log == std::vector<std::string>{"timed out"});
    CHECK(pair.closed_after(before) == Approx(died).epsilon(0.03).margin(0.05));
    CHECK(pair.log.times(pair.client_host, net::FlagSyn).size() == syns);
  }
}

TEST_CASE("tcp: a silent host on the link is unreachable after 3.07 s (rule 10)",
          "[engine][sim][tcp]") {
  Pair pair;
  pair.network.power_off(pair.server_host);
  const base::Instant before = pair.now();
  pair.connect(10s);
  pair.run_for(1500ms);
  pair.connect(10s);  // shares the end of the first
  pair.run_for(10s);
  REQUIRE(pair.client_seen.log == std::vector<std::string>{"unreachable", "unreachable"});
  for (const base::Instant at : pair.client_seen.at) {
    CHECK(seconds(at - before) == Approx(3.07).margin(0.01));
  }
  const base::Instant again = pair.now();
  pair.connect(10s);  // no negative cache
  pair.run_for(10s);
  CHECK(pair.closed_after(again) == Approx(3.07).margin(0.01));
}

TEST_CASE(
    "tcp: a host that died lately is a black hole until its neighbour entry is probed "
    "(rules 10 and 17)",
    "[engine][sim][tcp]") {
  Pair pair;
  pair.open();
  pair.power_off_server();
  const base::Instant before = pair.now();
  pair.connect();
  pair.run_for(100s);
  REQUIRE(pair.client_seen.log.back() == "unreachable");
  // Recorded once: 72.47 s. An entry trusted for less than 19 s fails at the SYN of 35 s already.
  const double after = pair.closed_after(before);
  CHECK((after == Approx(72.47).margin(1.5) || after == Approx(38.4).margin(1.0)));
}

TEST_CASE("tcp: a router without a route answers seldom (rule 11)", "[engine][sim][tcp]") {
  Pair pair;
  auto& topology = pair.network.topology();
  topology.add_subnet({"far", true, {250us, 250us, base::Probability::never()}});
  topology.add_router({{0}, 0us, false});
  const net::HostId far = pair.network.add_host(1, base::ipv4(10, 1, 0, 1));
  CHECK(pair.network.is_on(far));
  std::vector<double> waits;
  for (int i = 0; i < 4; ++i) {
    const base::Instant before = pair.now();
    pair.client_peer->environment().transport.connect({base::ipv4(10, 1, 0, 1), Port}, 20s,
                                                      *pair.client_peer);
    pair.run_for(i < 2 ? 1ms : 20s);
    REQUIRE(pair.client_seen.log.size() == waits.size() + 1);
    CHECK(pair.client_seen.log.back() == "unreachable");
    waits.push_back(pair.closed_after(before));
    if (i >= 2) break;
  }
  CHECK(waits[0] < 0.002);
  CHECK(waits[1] < 0.002);
  CHECK(waits[2] == Approx(7.13).margin(0.1));
}

TEST_CASE("tcp: listen(N) holds N+1 connections, later SYNs are dropped (rule 12)",
          "[engine][sim][tcp]") {
  Pair pair;
  pair.start_server(1);
  pair.server.pause();
  for (int i = 0; i < 4; ++i) pair.connect(20s);
  pair.run_for(500ms);
  CHECK(std::count(pair.client_seen.log.begin(), pair.client_seen.log.end(), "connected") == 2);
  pair.server.resume();
  pair.run_for(5s);
  CHECK(std::count(pair.client_seen.log.begin(), pair.client_seen.log.end(), "connected") == 4);
}

TEST_CASE("tcp: connecting under loss takes whole seconds (rule 13)", "[engine][sim][tcp]") {
  const auto quantiles = [](std::uint32_t percent) {
    Pair pair(500us);
    pair.start_server(1000);
    pair.lose(percent);
    std::vector<base::Instant> begun;
    for (int i = 0; i < 1000; ++i) {
      begun.push_back(pair.now());
      pair.connect(30s);
      pair.run_for(31s);
    }
    std::vector<double> took;
    std::size_t next = 0;
    for (std::size_t i = 0; i < pair.client_seen.log.size() && next < begun.size(); ++i) {
      if (pair.client_seen.log[i] != "connected") continue;
      while (next + 1 < begun.size() && begun[next + 1] <= pair.client_seen.at[i]) ++next;
      took.push_back(seconds(pair.client_seen.at[i] - begun[next]));
    }
    std::sort(took.begin(), took.end());
    REQUIRE(took.size() > 950);
    return std::array{took[took.size() / 2], took[took.size() * 9 / 10],
                      took[took.size() * 99 / 100]};
  };
  // Recorded of 300: 0.0024, 1.0192, 2.0474 and 1.0031, 2.056, 5.1122.
  const auto light = quantiles(10);
  CHECK(light[0] < 0.01);
  CHECK(light[1] == Approx(1.02).margin(0.05));
  CHECK(light[2] == Approx(2.05).margin(0.1));
  const auto heavy = quantiles(30);
  CHECK(heavy[0] == Approx(1.0).margin(0.05));
  CHECK(heavy[1] == Approx(2.06).margin(1.1));
  CHECK(heavy[2] == Approx(5.11).margin(2.1));
}

TEST_CASE("tcp: a stopped listener's connections and their data are accepted on resume (rule 25)",
          "[engine][sim][tcp]") {
  Pair pair;
  pair.start_server(5);
  pair.server.pause();
  for (int i = 0; i < 11; ++i) pair.connect(20s);
  pair.run_for(2500ms);
  REQUIRE(pair.client_seen.connections.size() == 6);
  for (const env::ConnectionId connection : pair.client_seen.connections) {
    CHECK(pair.client_peer->environment().transport.send(connection, pair.frame()) ==
          env::SendOutcome::Queued);
  }
  pair.run_for(100ms);
  CHECK(pair.server_seen.log.empty());
  pair.server.resume();
  pair.run_for(2ms);
  CHECK(std::count(pair.server_seen.log.begin(), pair.server_seen.log.end(), "accepted") == 6);
  CHECK(pair.server_seen.counters.size() == 6);
}

namespace {

// Kills the listening process and says whether a new one may bind; `first` and `second` are their
// settings of SO_REUSEADDR.
bool restarts(bool first, bool second, bool survivor_closes, base::Duration after) {
  Pair pair;
  sim::TcpSettings settings;
  settings.reuse_address = first;
  pair.server_kernel->set_tcp_settings(settings);
  pair.open();
  if (!survivor_closes) pair.client.pause();
  pair.server.end(sim::ExitReason::Killed);
  pair.run_for(after);
  settings.reuse_address = second;
  pair.server_kernel->set_tcp_settings(settings);
  return pair.server_kernel->listen(Port, 10, *pair.client_peer).has_value();
}

}  // namespace

TEST_CASE("tcp: a killed listener's port is busy for a minute without SO_REUSEADDR (rule 33)",
          "[engine][sim][tcp]") {
  for (const bool survivor_closes : {true, false}) {  // TIME_WAIT, FIN_WAIT2
    INFO("the survivor closes: " << survivor_closes);
    CHECK(restarts(true, true, survivor_closes, 1s));
    CHECK_FALSE(restarts(false, true, survivor_closes, 1s));
    CHECK_FALSE(restarts(true, false, survivor_closes, 1s));
    CHECK_FALSE(restarts(false, false, survivor_closes, 59s));
    CHECK(restarts(false, false, survivor_closes, 62s));  // recorded: 60.4 and 60.6 s
  }
}

TEST_CASE("tcp: two live listeners never share a port (rule 33)", "[engine][sim][tcp]") {
  Pair pair;
  pair.start_server();
  CHECK_FALSE(pair.server_kernel->listen(Port, 10, *pair.client_peer).has_value());
}

TEST_CASE("tcp: an orphan whose peer never closes is given up after a minute (rule 33)",
          "[engine][sim][tcp]") {
  Pair pair;
  pair.open();
  pair.client.pause();
  pair.server.end(sim::ExitReason::Killed);
  pair.run_for(1s);
  CHECK(pair.network.open_sockets() == 2);
  pair.run_for(62s);
  CHECK(pair.network.open_sockets() == 1);
}
