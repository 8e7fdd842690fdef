// TCP between two simulated hosts, driven through the seam's transport. Figures are of a recorded
// kernel: docs/kernel-rules.md.
#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/base/duration_text.hpp"
#include "engine/sim/sim_transport.hpp"
#include "engine/wire/frame.hpp"

namespace sim = splitscope::sim;
namespace env = splitscope::env;
namespace net = splitscope::net;
namespace base = splitscope::base;
using env::CloseReason;
using namespace std::chrono_literals;

namespace {

constexpr std::uint16_t Port = 5701;

struct Seen {
  std::vector<std::string> log;  // "connected", "accepted", "message 3", "closed"...
  std::vector<base::Instant> at;
  std::vector<env::ConnectionId> connections;
  std::vector<std::uint32_t> counters;  // of the frames received
  base::Instant closed_at{};
};

// Listens if told to, and writes down what happens on connections.
class Peer final : public env::Program, public env::ConnectionHandler {
 public:
  Peer(env::Environment environment, bool listens, std::uint32_t backlog, Seen& seen)
      : environment_(environment), listens_(listens), backlog_(backlog), seen_(seen) {}
  void start() override {
    if (listens_) REQUIRE(environment_.transport.listen(Port, backlog_, *this).has_value());
  }
  void shut_down() override {}
  void on_connected(base::Endpoint, env::ConnectionId id) override {
    note("connected");
    seen_.connections.push_back(id);
  }
  void on_accepted(base::Endpoint, env::ConnectionId id) override {
    note("accepted");
    seen_.connections.push_back(id);
  }
  void on_message(env::ConnectionId, const base::Message& frame) override {
    const auto header = splitscope::wire::read_frame_header(frame.bytes());
    REQUIRE(header.has_value());
    seen_.counters.push_back(header->counter);
    note("message");
  }
  void on_closed(env::ConnectionId, CloseReason reason) override {
    note(std::string(env::to_text(reason)));
    seen_.closed_at = environment_.clock.now();
  }
  env::Environment& environment() { return environment_; }

 private:
  void note(std::string what) {
    seen_.log.push_back(std::move(what));
    seen_.at.push_back(environment_.clock.now());
  }
  env::Environment environment_;
  bool listens_;
  std::uint32_t backlog_;
  Seen& seen_;
};

// Host 0 connects, host 1 listens.
struct Pair {
  sim::Simulation simulation{7};
  sim::Network network{simulation};
  sim::ProcessTable table{simulation};
  net::HostId client_host;
  net::HostId server_host;
  sim::Process& client = table.add();
  sim::Process& server = table.add();
  sim::SimTransport* client_kernel = nullptr;
  sim::SimTransport* server_kernel = nullptr;
  Seen client_seen;
  Seen server_seen;
  Peer* client_peer = nullptr;
  Peer* server_peer = nullptr;
  std::uint32_t counter = 0;
  splitscope::wire::ByteWriter writer;

  explicit Pair(base::Duration one_way = 250us) {
    network.topology().add_subnet({"lan", true, {one_way, one_way, base::Probability::never()}});
    client_host = network.add_host(0, base::ipv4(10, 0, 0, 1));
    server_host = network.add_host(0, base::ipv4(10, 0, 0, 2));
    client_kernel = &network.attach(client_host, client);
    server_kernel = &network.attach(server_host, server);
    start(client, *client_kernel, false, client_seen, client_peer);
  }
  void start(sim::Process& process, sim::SimTransport& kernel, bool listens, Seen& seen,
             Peer*& peer, std::uint32_t backlog = 100) {
    process.start(kernel, [&](env::Environment environment, env::ProgramHost&) {
      auto program = std::make_unique<Peer>(environment, listens, backlog, seen);
      peer = program.get();
      return program;
    });
    run_for(1ms);
  }
  void start_server(std::uint32_t backlog = 100) {
    start(server, *server_kernel, true, server_seen, server_peer, backlog);
  }
  void run_for(base::Duration duration) { simulation.run(simulation.now() + duration); }
  void connect(base::Duration timeout = 0s) {
    client_peer->environment().transport.connect({base::ipv4(10, 0, 0, 2), Port}, timeout,
                                                 *client_peer);
  }
  void open() {
    start_server();
    connect();
    run_for(100ms);
    REQUIRE(client_seen.log.back() == "connected");
    REQUIRE(server_seen.log.back() == "accepted");
  }
  base::Message frame(std::size_t payload = 48) {
    splitscope::wire::begin_frame(writer, 7, 0, counter++);
    for (std::size_t i = 0; i < payload; ++i) writer.u8(0);
    splitscope::wire::finish_frame(writer);
    return simulation.messages().make(writer.bytes());
  }
  env::SendOutcome send(std::size_t payload = 48) {
    return client_peer->environment().transport.send(client_seen.connections.back(),
                                                     frame(payload));
  }
  env::SendOutcome send_back() {
    return server_peer->environment().transport.send(server_seen.connections.back(), frame());
  }
  net::RuleId cut(bool both_ways = true) {
    net::PacketRule rule;
    rule.action = net::PacketRule::Action::Cut;
    rule.match.from = net::AddressSet({base::ipv4(10, 0, 0, 1)});
    rule.match.to = net::AddressSet({base::ipv4(10, 0, 0, 2)});
    rule.match.both_ways = both_ways;
    return network.install(rule);
  }
};

double seconds(base::Duration duration) {
  return static_cast<double>(duration.count()) / 1e9;
}

}  // namespace

TEST_CASE("tcp: a connection opens in one round trip and carries messages in order",
          "[engine][sim][tcp]") {
  Pair pair;
  pair.open();
  for (int i = 0; i < 50; ++i) CHECK(pair.send() == env::SendOutcome::Queued);
  pair.run_for(100ms);
  REQUIRE(pair.server_seen.counters.size() == 50);
  CHECK(std::is_sorted(pair.server_seen.counters.begin(), pair.server_seen.counters.end()));
}

TEST_CASE("tcp: nobody listens: refused after one round trip (rule 8)", "[engine][sim][tcp]") {
  Pair pair;
  pair.start(pair.server, *pair.server_kernel, false, pair.server_seen, pair.server_peer);
  const base::Instant before = pair.simulation.now();
  pair.connect();
  pair.run_for(1s);
  REQUIRE(pair.client_seen.log == std::vector<std::string>{"refused"});
  CHECK(pair.client_seen.closed_at - before < 2ms);
}

TEST_CASE("tcp: dropped SYNs time out at the caller's limit (rule 9)", "[engine][sim][tcp]") {
  Pair pair;
  pair.start_server();
  pair.cut();
  const base::Instant before = pair.simulation.now();
  pair.connect(5s);
  pair.run_for(10s);
  REQUIRE(pair.client_seen.log == std::vector<std::string>{"timed out"});
  CHECK(seconds(pair.client_seen.closed_at - before) == Approx(5.0).margin(0.02));
}

TEST_CASE("tcp: without a limit the kernel gives a connect up after 133 s (rule 9)",
          "[engine][sim][tcp]") {
  Pair pair;
  pair.start_server();
  pair.cut();
  const base::Instant before = pair.simulation.now();
  pair.connect();
  pair.run_for(200s);
  REQUIRE(pair.client_seen.log == std::vector<std::string>{"timed out"});
  CHECK(seconds(pair.client_seen.closed_at - before) == Approx(133.5).margin(1.0));
}

TEST_CASE("tcp: a silent host on the link is unreachable after 3.07 s (rule 10)",
          "[engine][sim][tcp]") {
  Pair pair;
  pair.network.power_off(pair.server_host);
  const base::Instant before = pair.simulation.now();
  pair.connect(10s);
  pair.run_for(10s);
  REQUIRE(pair.client_seen.log == std::vector<std::string>{"unreachable"});
  CHECK(seconds(pair.client_seen.closed_at - before) == Approx(3.07).margin(0.02));
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

TEST_CASE("tcp: a powered-off peer is silence until retransmission gives up after 924 s (rule 5)",
          "[engine][sim][tcp]") {
  Pair pair;
  pair.open();
  pair.run_for(1s);
  pair.server.end(sim::ExitReason::HostOff);
  pair.network.power_off(pair.server_host);
  const base::Instant before = pair.simulation.now();
  pair.send();
  pair.run_for(1200s);
  REQUIRE(pair.client_seen.log.back() == "broken");
  CHECK(seconds(pair.client_seen.closed_at - before) == Approx(939.6).margin(15.0));
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

TEST_CASE("tcp: resends follow the recorded schedule on a LAN (rule 2)", "[engine][sim][tcp]") {
  class Resends final : public sim::PacketObserver {
   public:
    void on_packet(base::Instant at, const sim::Packet& packet, Fate) override {
      if (packet.length > 0) times.push_back(at);
    }
    std::vector<base::Instant> times;
  };
  Pair pair;
  pair.open();
  for (int i = 0; i < 10; ++i) {
    pair.send();
    pair.run_for(100ms);
  }
  Resends resends;
  pair.network.set_observer(&resends);
  pair.cut();
  pair.send();
  pair.run_for(70s);
  // First send, probe, then the head with doubling gaps; the wheel makes them late, never early.
  const std::vector<double> recorded{0.206, 0.414, 0.84, 1.68, 3.34, 6.75, 13.4, 26.7, 54.5};
  REQUIRE(resends.times.size() == recorded.size() + 1);
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    CHECK(seconds(resends.times[i + 1] - resends.times[0]) ==
          Approx(recorded[i]).epsilon(0.06).margin(0.01));
  }
}

TEST_CASE("tcp: after a partition all queued messages come at the next resend (rule 18)",
          "[engine][sim][tcp]") {
  Pair pair;
  pair.open();
  const net::RuleId cut = pair.cut();
  for (int second = 0; second < 30; ++second) {
    pair.send();
    pair.run_for(1s);
  }
  CHECK(pair.server_seen.counters.empty());
  pair.network.remove(cut);
  const base::Instant healed = pair.simulation.now();
  pair.run_for(40s);
  REQUIRE(pair.server_seen.counters.size() == 30);
  const double waited = seconds(pair.server_seen.at[1] - healed);
  CHECK(waited > 0.0);
  CHECK(waited < 31.0);
  CHECK(seconds(pair.server_seen.at.back() - pair.server_seen.at[1]) < 0.011);
}

TEST_CASE("tcp: a stopped process's kernel accepts and buffers until its window shuts (rule 23)",
          "[engine][sim][tcp]") {
  Pair pair;
  pair.start_server();
  pair.server.pause();
  pair.connect();
  pair.run_for(100ms);
  REQUIRE(pair.client_seen.log.back() == "connected");
  std::uint32_t taken = 0;
  for (int i = 0; i < 1000; ++i) {
    if (pair.send(1000) == env::SendOutcome::Queued) ++taken;
    pair.run_for(1ms);
  }
  CHECK(taken > 120);  // 73-90 KB there, the send buffer here
  CHECK(taken < 420);
  CHECK(pair.server_seen.log.empty());
  pair.server.resume();
  pair.run_for(500ms);
  REQUIRE(pair.server_seen.log.front() == "accepted");
  CHECK(pair.server_seen.counters.size() == taken);
}

TEST_CASE("tcp: an answered window probe never ends a connection (rule 24)", "[engine][sim][tcp]") {
  Pair pair;
  pair.open();
  pair.server.pause();
  while (pair.send(1000) == env::SendOutcome::Queued) pair.run_for(1ms);
  pair.run_for(1500s);
  CHECK(pair.client_seen.log.back() == "connected");
  pair.server.resume();
  pair.run_for(1s);
  CHECK(pair.server_seen.counters.size() > 100);
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

TEST_CASE("tcp: a one-way cut breaks both ends (rule 20)", "[engine][sim][tcp]") {
  Pair pair;
  pair.open();
  pair.cut(false);
  for (int i = 0; i < 1300; ++i) {
    pair.send();
    pair.send_back();
    pair.run_for(1s);
  }
  CHECK(pair.client_seen.log.back() == "broken");
  CHECK(pair.server_seen.log.back() == "broken");
}

TEST_CASE("tcp: closing leaves no socket behind", "[engine][sim][tcp]") {
  Pair pair;
  pair.open();
  pair.client_peer->environment().transport.close(pair.client_seen.connections.back());
  pair.run_for(1s);
  CHECK(pair.server_seen.log.back() == "closed");
  CHECK(pair.network.open_sockets() == 1);  // the listener
}
