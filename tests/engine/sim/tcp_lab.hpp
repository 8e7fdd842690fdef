// Two simulated hosts with one program each, driven through the seam's transport, and what leaves
// their kernels. Figures in the tests are of a recorded kernel: docs/kernel-rules.md.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/base/duration_text.hpp"
#include "engine/sim/sim_transport.hpp"
#include "engine/wire/frame.hpp"

namespace splitscope::tests {

using env::CloseReason;
using namespace std::chrono_literals;

inline constexpr std::uint16_t Port = 5701;

struct Seen {
  std::vector<std::string> log;  // "connected", "accepted", "message 3", "closed"...
  std::vector<base::Instant> at;
  std::vector<env::ConnectionId> connections;
  std::vector<std::uint32_t> counters;  // of the frames received
  // Hints that a message may come, as the kernel gives them.
  struct Expected {
    env::ConnectionId connection;
    base::Ipv4 peer;
    std::size_t received = 0;  // messages until then
  };
  std::vector<Expected> expected;
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
    const auto header = wire::read_frame_header(frame.bytes());
    REQUIRE(header.has_value());
    seen_.counters.push_back(header->counter);
    note("message");
  }
  void expect_message(env::ConnectionId connection, base::Ipv4 peer) const override {
    seen_.expected.push_back({connection, peer, seen_.counters.size()});
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

// What the kernels sent, whatever became of it.
struct SentFrame {
  double at = 0;  // seconds
  net::HostId from;
  std::uint8_t flags = 0;
  std::uint64_t sequence = 0;
  std::uint32_t length = 0;
};

class FrameLog final : public sim::PacketObserver {
 public:
  void on_packet(base::Instant at, const sim::Packet& packet, Fate) override {
    if (packet.protocol != net::Protocol::Tcp) return;
    frames.push_back({static_cast<double>(base::nanoseconds(at)) / 1e9, packet.from, packet.flags,
                      packet.sequence, packet.length});
  }
  // When frames with one of `flags`, or with payload if there is none, left the host: seconds
  // since the first of them.
  std::vector<double> times(net::HostId from, std::uint8_t flags = 0) const {
    std::vector<double> result;
    double first = -1;
    for (const SentFrame& frame : frames) {
      const bool counts = flags == 0 ? frame.length > 0 : (frame.flags & flags) != 0;
      if (frame.from != from || !counts) continue;
      if (first < 0) first = frame.at;
      result.push_back(frame.at - first);
    }
    return result;
  }
  std::vector<SentFrame> frames;
};

// All within the margin, one by one.
inline void check_times(const std::vector<double>& here, const std::vector<double>& recorded,
                        double part, double margin) {
  REQUIRE(here.size() >= recorded.size());
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    INFO("number " << i);
    CHECK(here[i] == Approx(recorded[i]).epsilon(part).margin(margin));
  }
}

// Host 0 connects, host 1 listens.
struct Pair {
  sim::Simulation simulation;
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
  wire::ByteWriter writer;
  FrameLog log;

  explicit Pair(base::Duration one_way = 250us, std::uint64_t seed = 7) : simulation(seed) {
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
  base::Instant now() const { return simulation.now(); }
  double closed_after(base::Instant since) const {
    return static_cast<double>((client_seen.closed_at - since).count()) / 1e9;
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
    wire::begin_frame(writer, 7, 0, counter++);
    for (std::size_t i = 0; i < payload; ++i) writer.u8(0);
    wire::finish_frame(writer);
    return simulation.messages().make(writer.bytes());
  }
  env::SendOutcome send(std::size_t payload = 48) {
    return client_peer->environment().transport.send(client_seen.connections.back(),
                                                     frame(payload));
  }
  env::SendOutcome send_back() {
    return server_peer->environment().transport.send(server_seen.connections.back(), frame());
  }
  void observe() {
    log.frames.clear();
    network.set_observer(&log);
  }
  void set_client(const sim::TcpSettings& settings) { client_kernel->set_tcp_settings(settings); }
  // The server's machine loses its power.
  void power_off_server() {
    server.end(sim::ExitReason::HostOff);
    network.power_off(server_host);
  }
  net::RuleId reject(net::RejectKind kind) {
    net::PacketRule rule;
    rule.action = net::PacketRule::Action::Reject;
    rule.reject = kind;
    rule.match.from = net::AddressSet({base::ipv4(10, 0, 0, 1)});
    rule.match.both_ways = false;
    return network.install(rule);
  }
  net::RuleId lose(std::uint32_t percent) {
    net::PacketRule rule;
    rule.action = net::PacketRule::Action::Lose;
    rule.probability = base::Probability::from_ratio(percent, 100);
    return network.install(rule);
  }
  // A cable pulled: nothing passes, ARP included.
  net::RuleId unplug() {
    net::PacketRule rule;
    rule.action = net::PacketRule::Action::Cut;
    rule.match.all_frames = true;
    return network.install(rule);
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

inline double seconds(base::Duration duration) {
  return static_cast<double>(duration.count()) / 1e9;
}

}  // namespace splitscope::tests
