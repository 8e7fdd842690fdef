// Members in simulated hosts, some with a join secret and some without; and a man in the middle who
// records what passes and says it again.
#include "engine/auth/auth_transport.hpp"

#include <functional>
#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "engine/auth/sealed_frame.hpp"
#include "engine/sim/sim_transport.hpp"
#include "engine/wire/frame.hpp"
#include "schemes/registry/registry.hpp"

namespace splitscope::tests {
namespace {

using namespace std::chrono_literals;
using env::ConnectionId;

// Of the simulated node's own stream.
class DrawnNonces final : public auth::NonceSource {
 public:
  explicit DrawnNonces(env::Random& random) : random_(random) {}
  auth::Nonce next() override {
    auth::Nonce nonce;
    for (std::byte& byte : nonce) byte = static_cast<std::byte>(random_.below(256));
    return nonce;
  }

 private:
  env::Random& random_;
};

// A transport that hands everything on, and lets a test hear and forge what comes up.
class Wiretap final : public env::Transport,
                      public env::ConnectionHandler,
                      public env::DatagramHandler {
 public:
  explicit Wiretap(env::Transport& below) : below_(below) {}
  std::span<const base::Ipv4> local_addresses() const override { return below_.local_addresses(); }
  base::MessagePool& messages() override { return below_.messages(); }
  base::Result<void> listen(std::uint16_t port, std::uint32_t backlog,
                            env::ConnectionHandler& handler) override {
    above = &handler;
    return below_.listen(port, backlog, *this);
  }
  ConnectionId connect(base::Endpoint peer, base::Duration timeout,
                       env::ConnectionHandler& handler) override {
    above = &handler;
    connected_to.push_back(peer);
    return below_.connect(peer, timeout, *this);
  }
  env::SendOutcome send(ConnectionId connection, const base::Message& frame) override {
    return below_.send(connection, frame);
  }
  void close(ConnectionId connection) override { below_.close(connection); }
  base::Result<void> join_group(const env::MulticastOptions& options,
                                env::DatagramHandler& handler) override {
    ear = &handler;
    return below_.join_group(options, *this);
  }
  void leave_group(base::Endpoint group) override { below_.leave_group(group); }
  void send_multicast(const env::MulticastOptions& options,
                      const base::Message& datagram) override {
    below_.send_multicast(options, datagram);
  }
  base::Result<void> bind_datagram(std::uint16_t port, env::DatagramHandler& handler) override {
    return below_.bind_datagram(port, handler);
  }
  void send_datagram(std::uint16_t from_port, base::Endpoint to,
                     const base::Message& datagram) override {
    below_.send_datagram(from_port, to, datagram);
  }
  void on_connected(base::Endpoint peer, ConnectionId id) override {
    above->on_connected(peer, id);
  }
  void on_accepted(base::Endpoint peer, ConnectionId id) override { above->on_accepted(peer, id); }
  void on_message(ConnectionId id, const base::Message& frame) override {
    if (on_frame) on_frame(id, frame);
    above->on_message(id, frame);
  }
  void on_closed(ConnectionId id, env::CloseReason reason) override {
    above->on_closed(id, reason);
  }
  void on_datagram(base::Endpoint from, const base::Message& datagram) override {
    if (on_heard) on_heard(from, datagram);
    ear->on_datagram(from, datagram);
  }

  env::ConnectionHandler* above = nullptr;
  env::DatagramHandler* ear = nullptr;
  std::vector<base::Endpoint> connected_to;
  std::function<void(ConnectionId, const base::Message&)> on_frame;
  std::function<void(base::Endpoint, const base::Message&)> on_heard;

 private:
  env::Transport& below_;
};

env::Environment over(const env::Environment& below, env::Transport& transport) {
  return {below.clock,    below.timers, transport,   below.random,
          below.resolver, below.http,   below.events};
}

// A member, behind a wiretap, with or without a secret.
class GuardedMember final : public env::Program {
 public:
  GuardedMember(const schemes::ClusterConfig& config, env::Environment below,
                env::ProgramHost& host, const auth::JoinSecret* secret)
      : nonces_(below.random), tap(below.transport) {
    const env::Environment tapped = over(below, tap);
    if (secret != nullptr) {
      guard = std::make_unique<auth::AuthTransport>(tapped, *secret, config.cluster_name, nonces_);
    }
    auto made = schemes::make_member(config, {}, guard ? over(below, *guard) : tapped, host);
    REQUIRE(made.has_value());
    member_ = std::move(*made);
  }
  void start() override { member_.program->start(); }
  void shut_down() override { member_.program->shut_down(); }
  const schemes::NodeInspection& member() const { return *member_.inspection; }

 private:
  DrawnNonces nonces_;

 public:
  Wiretap tap;
  std::unique_ptr<auth::AuthTransport> guard;

 private:
  schemes::Member member_;
};

struct Town {
  explicit Town(schemes::SchemeKind scheme) {
    network.topology().add_subnet({"lan", true, {200us, 300us, base::Probability::never()}});
    config.scheme = scheme;
    for (std::uint8_t i = 1; i <= 3; ++i) {
      config.wka.members.push_back({base::to_text(base::Endpoint{base::ipv4(10, 0, 0, i), 5701})});
    }
    config.properties = {{"hazelcast.merge.first.run.delay.seconds", "10"},
                         {"hazelcast.merge.next.run.delay.seconds", "10"}};
  }
  GuardedMember& start(std::uint8_t number, const auth::JoinSecret* known_secret) {
    while (processes.size() < number) {
      const auto next = static_cast<std::uint8_t>(processes.size() + 1);
      processes.push_back(&table.add());
      const auto host = network.add_host(0, base::ipv4(10, 0, 0, next));
      kernels.push_back(&network.attach(host, *processes.back()));
    }
    processes[number - 1u]->start(
        *kernels[number - 1u], [&](env::Environment environment, env::ProgramHost& host) {
          auto program = std::make_unique<GuardedMember>(config, environment, host, known_secret);
          members[number] = program.get();
          return program;
        });
    return *members[number];
  }
  void run_for(base::Duration duration) { simulation.run(simulation.now() + duration); }
  std::size_t view_size(std::uint8_t number) const {
    return members.at(number)->member().view().size();
  }

  sim::Simulation simulation{5};
  sim::Network network{simulation};
  schemes::ClusterConfig config;
  auth::JoinSecret secret = *auth::JoinSecret::from_text("opensesame");
  auth::JoinSecret other = *auth::JoinSecret::from_text("barley");
  std::vector<sim::Process*> processes;
  std::vector<sim::SimTransport*> kernels;
  std::map<std::uint8_t, GuardedMember*> members;
  sim::ProcessTable table{simulation};
};

}  // namespace

TEST_CASE("members with the secret form one view, by a list and by multicast", "[auth][story]") {
  Town town(GENERATE(schemes::SchemeKind::Wka, schemes::SchemeKind::Multicast));
  for (const int number : {1, 2, 3}) {
    town.start(static_cast<std::uint8_t>(number), &town.secret);
    town.run_for(1s);
  }
  town.run_for(60s);
  CHECK(town.view_size(1) == 3);
  CHECK(town.view_size(2) == 3);
  CHECK(town.view_size(3) == 3);
  CHECK(town.members[1]->guard->refused_count() == 0);
}

TEST_CASE("a node without the secret, or with another, never enters a view", "[auth][story]") {
  Town town(GENERATE(schemes::SchemeKind::Wka, schemes::SchemeKind::Multicast));
  const bool has_another = GENERATE(true, false);
  town.start(1, &town.secret);
  town.start(2, &town.secret);
  town.run_for(40s);
  town.start(3, has_another ? &town.other : nullptr);
  town.run_for(120s);
  CHECK(town.view_size(1) == 2);
  CHECK(town.view_size(2) == 2);
  CHECK(town.view_size(3) <= 1);
  CHECK(town.members[1]->guard->refused_count() > 0);
}

TEST_CASE("a frame said again, left out or changed ends its connection", "[auth][story]") {
  Town town(schemes::SchemeKind::Wka);
  GuardedMember& first = town.start(1, &town.secret);
  town.start(2, &town.secret);
  town.run_for(40s);
  REQUIRE(town.view_size(1) == 2);
  const auto refused = first.guard->refused_count();
  int heard = 0;
  first.tap.on_frame = [&](ConnectionId id, const base::Message& frame) {
    if (++heard != 3) return;
    // The frame comes before its copy: what is handed on by the tap is then the repetition.
    first.tap.above->on_message(id, frame);
  };
  town.run_for(60s);
  CHECK(heard >= 3);
  CHECK(first.guard->refused_count() == refused + 1);
  CHECK(town.view_size(1) == 2);  // a new connection carries on
}

TEST_CASE("datagrams of a life that is over, or said again, reach nobody", "[auth][story]") {
  Town town(schemes::SchemeKind::Multicast);
  GuardedMember& first = town.start(1, &town.secret);
  std::vector<std::pair<base::Endpoint, base::Message>> recorded;
  first.tap.on_heard = [&recorded](base::Endpoint from, const base::Message& datagram) {
    if (from.address == base::ipv4(10, 0, 0, 2)) recorded.emplace_back(from, datagram);
  };
  town.run_for(10s);
  town.start(2, &town.secret);
  town.run_for(40s);
  REQUIRE(town.view_size(1) == 2);
  REQUIRE_FALSE(recorded.empty());
  const auto again = recorded;
  auto refused = first.guard->refused_count();
  for (const auto& [from, datagram] : again) first.tap.ear->on_datagram(from, datagram);
  CHECK(first.guard->refused_count() == refused + again.size());
  // The member dies for good. Its words are of its last known life, and still old.
  town.processes[1]->end(sim::ExitReason::Killed);
  town.run_for(60s);
  REQUIRE(town.view_size(1) == 1);
  refused = first.guard->refused_count();
  const auto connects = first.tap.connected_to.size();
  for (const auto& [from, datagram] : again) first.tap.ear->on_datagram(from, datagram);
  CHECK(first.guard->refused_count() == refused + again.size());
  CHECK(first.tap.connected_to.size() == connects);
  recorded.clear();
}

TEST_CASE("silent peers are closed in time, and bounded", "[auth][transport]") {
  Town town(schemes::SchemeKind::Wka);
  GuardedMember& first = town.start(1, &town.secret);
  town.run_for(10s);
  // More than may be unproven say nothing at all.
  constexpr std::size_t Count = auth::AuthTransport::UnprovenCountMax + 20;
  struct Silent final : env::Program, env::ConnectionHandler {
    explicit Silent(env::Environment env) : environment(env) {}
    void start() override {
      for (std::size_t i = 0; i < Count; ++i) {
        environment.transport.connect({base::ipv4(10, 0, 0, 1), 5701}, 0s, *this);
      }
    }
    void shut_down() override {}
    void on_connected(base::Endpoint, ConnectionId) override { ++connected; }
    void on_accepted(base::Endpoint, ConnectionId) override {}
    void on_message(ConnectionId, const base::Message&) override {}
    void on_closed(ConnectionId, env::CloseReason) override { ++closed; }
    env::Environment environment;
    std::size_t connected = 0;
    std::size_t closed = 0;
  };
  Silent* silent = nullptr;
  sim::Process& process = town.table.add();
  const auto host = town.network.add_host(0, base::ipv4(10, 0, 0, 77));
  process.start(town.network.attach(host, process), [&](env::Environment env, env::ProgramHost&) {
    auto program = std::make_unique<Silent>(env);
    silent = program.get();
    return program;
  });
  town.run_for(4s);
  CHECK(silent->connected == Count);
  CHECK(silent->closed == Count - auth::AuthTransport::UnprovenCountMax);
  town.run_for(4s);
  CHECK(silent->closed == Count);
  CHECK(first.guard->refused_count() == auth::AuthTransport::UnprovenCountMax);
}

}  // namespace splitscope::tests
