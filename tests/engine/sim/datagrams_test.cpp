// UDP between programs on simulated hosts, through the seam's transport.
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/sim/sim_transport.hpp"

namespace sim = splitscope::sim;
namespace env = splitscope::env;
namespace net = splitscope::net;
namespace base = splitscope::base;
using namespace std::chrono_literals;

namespace {

constexpr std::uint16_t DatagramPort = 9000;
constexpr base::Endpoint Group{base::ipv4(224, 2, 2, 3), 54327};

// Keeps the first byte of every datagram. Leaves its group when it gets the last of them.
class Listener final : public env::Program, public env::DatagramHandler {
 public:
  static constexpr int Last = 255;

  Listener(env::Environment environment, std::vector<int>& seen)
      : environment_(environment), seen_(seen) {}
  void start() override {
    REQUIRE(environment_.transport.bind_datagram(DatagramPort, *this).has_value());
    REQUIRE(environment_.transport.join_group({.group = Group}, *this).has_value());
  }
  void shut_down() override {}
  void on_datagram(base::Endpoint, const base::Message& datagram) override {
    seen_.push_back(std::to_integer<int>(datagram.bytes()[0]));
    if (seen_.back() == Last) environment_.transport.leave_group(Group);
  }

 private:
  env::Environment environment_;
  std::vector<int>& seen_;
};

struct Lab {
  sim::Simulation simulation{1};
  sim::Network network{simulation};
  sim::ProcessTable processes{simulation};
  std::vector<std::unique_ptr<std::vector<int>>> seen;
  std::vector<sim::SimTransport*> kernels;

  explicit Lab(std::uint32_t hosts) {
    network.topology().add_subnet({"lan", true, {1ms, 1ms}});
    for (std::uint32_t host = 0; host < hosts; ++host) {
      sim::Process& process = processes.add();
      kernels.push_back(&network.attach(network.add_host(0, address(host)), process));
      seen.push_back(std::make_unique<std::vector<int>>());
      start(host);
    }
    run_for(1ms);
  }
  static base::Ipv4 address(std::uint32_t host) { return {base::ipv4(10, 0, 0, 1).value + host}; }
  void start(std::uint32_t host) {
    process(host).start(*kernels[host],
                        [this, host](env::Environment environment, env::ProgramHost&) {
                          return std::make_unique<Listener>(environment, *seen[host]);
                        });
  }
  sim::Process& process(std::uint32_t host) { return processes.at(base::NodeId{host}); }
  void run_for(base::Duration duration) { simulation.run(simulation.now() + duration); }
  base::Message message(int first, std::size_t size = 64) {
    std::vector<std::byte> bytes(size);
    bytes[0] = static_cast<std::byte>(first);
    return simulation.messages().make(bytes);
  }
  void send(std::uint32_t from, std::uint32_t to, int first, std::size_t size = 64) {
    kernels[from]->send_datagram(DatagramPort, {address(to), DatagramPort}, message(first, size));
  }
};

}  // namespace

TEST_CASE("datagrams: one reaches the program that has the port, and no other", "[engine][sim]") {
  Lab lab(3);
  lab.send(0, 1, 7);
  lab.kernels[0]->send_datagram(DatagramPort, {Lab::address(2), DatagramPort + 1}, lab.message(8));
  lab.kernels[0]->send_datagram(DatagramPort, {Lab::address(9), DatagramPort}, lab.message(9));
  lab.run_for(10ms);
  CHECK(lab.seen[0]->empty());
  CHECK(*lab.seen[1] == std::vector<int>{7});
  CHECK(lab.seen[2]->empty());
  CHECK(lab.simulation.messages().live_count() == 0);
}

TEST_CASE("datagrams: a host's ports come and go in any order", "[engine][sim]") {
  Lab lab(2);
  std::vector<int> other;
  Listener further(
      env::Environment{lab.process(1), lab.process(1), *lab.kernels[1], lab.process(1),
                       lab.kernels[1]->resolver(), lab.kernels[1]->http(), lab.process(1)},
      other);
  const auto send_to_further = [&lab](int first) {
    lab.kernels[0]->send_datagram(DatagramPort, {Lab::address(1), DatagramPort + 1},
                                  lab.message(first));
    lab.run_for(10ms);
  };
  REQUIRE(lab.kernels[1]->bind_datagram(DatagramPort + 1, further).has_value());
  lab.kernels[1]->leave_group(Group);
  send_to_further(1);
  REQUIRE(lab.kernels[1]->join_group({.group = Group}, further).has_value());
  lab.kernels[0]->send_multicast({.group = Group}, lab.message(2));
  send_to_further(3);
  lab.send(0, 1, 4);
  lab.run_for(10ms);
  CHECK(other == std::vector<int>{1, 2, 3});
  CHECK(*lab.seen[1] == std::vector<int>{4});
  lab.process(1).end(sim::ExitReason::Killed);
  lab.start(1);
  lab.run_for(1ms);
  send_to_further(5);
  lab.send(0, 1, 6);
  lab.run_for(10ms);
  CHECK(other.size() == 3);
  CHECK(*lab.seen[1] == std::vector<int>{4, 6});
}

TEST_CASE("datagrams: a port or group that is taken is refused", "[engine][sim]") {
  Lab lab(1);
  std::vector<int> other;
  Listener late({lab.process(0), lab.process(0), *lab.kernels[0], lab.process(0),
                 lab.kernels[0]->resolver(), lab.kernels[0]->http(), lab.process(0)},
                other);
  CHECK_FALSE(lab.kernels[0]->bind_datagram(DatagramPort, late).has_value());
  CHECK_FALSE(lab.kernels[0]->join_group({.group = Group}, late).has_value());
  CHECK(lab.kernels[0]->bind_datagram(DatagramPort + 1, late).has_value());
}

TEST_CASE("datagrams: a group's members hear it, the sender only if it asks", "[engine][sim]") {
  Lab lab(3);
  lab.kernels[0]->send_multicast({.group = Group}, lab.message(5));
  lab.run_for(10ms);
  CHECK(lab.seen[0]->empty());
  CHECK(*lab.seen[1] == std::vector<int>{5});
  CHECK(*lab.seen[2] == std::vector<int>{5});
}

TEST_CASE("datagrams: a handler may leave the group it is called for", "[engine][sim]") {
  Lab lab(2);
  for (const int first : {1, Listener::Last, 2}) {
    lab.kernels[0]->send_multicast({.group = Group}, lab.message(first));
    lab.run_for(2ms);
  }
  CHECK(*lab.seen[1] == std::vector<int>{1, Listener::Last});
  lab.send(0, 1, 3);  // the port is still open
  lab.run_for(2ms);
  CHECK(lab.seen[1]->back() == 3);
}

TEST_CASE("datagrams: the rest of a backlog is lost with the socket", "[engine][sim]") {
  Lab lab(2);
  lab.process(1).pause();
  for (const int first : {1, Listener::Last, 2}) {
    lab.kernels[0]->send_multicast({.group = Group}, lab.message(first));
  }
  lab.run_for(2ms);
  lab.process(1).resume();
  lab.run_for(2ms);
  CHECK(*lab.seen[1] == std::vector<int>{1, Listener::Last});
  CHECK(lab.simulation.messages().live_count() == 0);
}

TEST_CASE("datagrams: a stopped process finds 256 small ones, the oldest (rule 31)",
          "[engine][sim]") {
  Lab lab(2);
  lab.process(1).pause();
  for (int i = 0; i < 400; ++i) lab.send(0, 1, i % 200);
  lab.run_for(10ms);
  CHECK(lab.seen[1]->empty());
  lab.process(1).resume();
  lab.run_for(10ms);
  REQUIRE(lab.seen[1]->size() == 256);
  CHECK(lab.seen[1]->front() == 0);
  CHECK(lab.seen[1]->back() == 255 % 200);
  lab.send(0, 1, 201);  // there is room again
  lab.run_for(10ms);
  CHECK(lab.seen[1]->back() == 201);
}

TEST_CASE("datagrams: 92 of 1,024 bytes fit the buffer (rule 31)", "[engine][sim]") {
  Lab lab(2);
  lab.process(1).pause();
  for (int i = 0; i < 200; ++i) lab.send(0, 1, i, 1024);
  lab.run_for(10ms);
  lab.process(1).resume();
  lab.run_for(10ms);
  CHECK(lab.seen[1]->size() == 92);
}

TEST_CASE("datagrams: what a process had open goes with it", "[engine][sim]") {
  Lab lab(2);
  const std::uint32_t open = lab.network.open_sockets();
  lab.process(1).end(sim::ExitReason::Killed);
  CHECK(lab.network.open_sockets() == open - 2);
  lab.send(0, 1, 1);
  lab.run_for(10ms);
  CHECK(lab.seen[1]->empty());
  lab.start(1);
  lab.run_for(1ms);
  lab.send(0, 1, 2);
  lab.run_for(10ms);
  CHECK(*lab.seen[1] == std::vector<int>{2});
}

TEST_CASE("datagrams: power failure silences a host until its program starts again",
          "[engine][sim]") {
  Lab lab(2);
  lab.process(1).end(sim::ExitReason::HostOff);
  lab.network.power_off(net::HostId{1});
  lab.send(0, 1, 1);
  lab.run_for(10ms);
  lab.network.power_on(net::HostId{1});
  lab.start(1);
  lab.run_for(10ms);
  CHECK(lab.seen[1]->empty());
  lab.send(0, 1, 2);
  lab.run_for(10ms);
  CHECK(*lab.seen[1] == std::vector<int>{2});
}

TEST_CASE("datagrams: a copy made by a fault arrives as well, a cut drops all", "[engine][sim]") {
  Lab lab(2);
  net::PacketRule rule;
  rule.action = net::PacketRule::Action::Duplicate;
  rule.delay = 1ms;
  const net::RuleId duplicates = lab.network.install(rule);
  lab.send(0, 1, 4);
  lab.run_for(10ms);
  CHECK(*lab.seen[1] == std::vector<int>{4, 4});
  lab.network.remove(duplicates);
  rule.action = net::PacketRule::Action::Cut;
  lab.network.install(rule);
  lab.send(0, 1, 5);
  lab.run_for(10ms);
  CHECK(lab.seen[1]->size() == 2);
  CHECK(lab.simulation.messages().live_count() == 0);
}

TEST_CASE("one message to many reaches each that listens, from whoever sent it") {
  Lab lab(4);
  const base::Message shared = lab.message(7);
  for (std::uint32_t to = 1; to < 4; ++to) {
    lab.kernels[0]->send_datagram(DatagramPort, {Lab::address(to), DatagramPort}, shared);
    lab.kernels[0]->send_datagram(DatagramPort, {Lab::address(to), DatagramPort + 1},
                                  shared);  // nobody's port
  }
  lab.kernels[1]->send_datagram(DatagramPort, {Lab::address(0), DatagramPort}, shared);
  lab.network.power_off(net::HostId{3});
  lab.run_for(2ms);
  CHECK(*lab.seen[0] == std::vector{7});
  CHECK(*lab.seen[1] == std::vector{7});
  CHECK(*lab.seen[2] == std::vector{7});
  CHECK(lab.seen[3]->empty());
}

TEST_CASE("datagrams are gone once they have arrived, also those lost on the way") {
  Lab lab(2);
  lab.network.topology().add_subnet({"lossy", true, {1ms, 1ms, base::Probability::always()}});
  sim::Process& process = lab.processes.add();
  sim::SimTransport& far =
      lab.network.attach(lab.network.add_host(1, base::ipv4(10, 1, 0, 1)), process);
  sim::Process& neighbour = lab.processes.add();
  lab.network.attach(lab.network.add_host(1, base::ipv4(10, 1, 0, 2)), neighbour);
  for (int i = 0; i < 20; ++i) {
    lab.send(0, 1, i);
    far.send_datagram(DatagramPort, {base::ipv4(10, 1, 0, 2), DatagramPort}, lab.message(i));
  }
  lab.run_for(2ms);
  CHECK(lab.seen[1]->size() == 20);
  CHECK(lab.simulation.messages().live_count() == 0);
}

TEST_CASE("a run of datagrams has one digest, watched or not") {
  struct Watcher final : sim::PacketObserver {
    void on_packet(base::Instant, const sim::Packet& packet, Fate fate) override {
      CHECK(fate == Fate::Sent);
      CHECK(packet.protocol == net::Protocol::Udp);
      CHECK(packet.destination.port == DatagramPort);
      CHECK(packet.from == net::HostId{0});
      sizes.push_back(packet.datagram.size());
    }
    std::vector<std::uint32_t> sizes;
  };
  Watcher watcher;
  const auto digest_of = [](sim::PacketObserver* observer) {
    Lab lab(3);
    lab.network.set_observer(observer);
    const base::Message shared = lab.message(1, 100);
    for (std::uint32_t to = 1; to < 3; ++to) {
      lab.kernels[0]->send_datagram(DatagramPort, {Lab::address(to), DatagramPort}, shared);
    }
    lab.send(0, 1, 2);
    lab.run_for(2ms);
    return lab.simulation.digest().value();
  };
  CHECK(digest_of(nullptr) == digest_of(&watcher));
  CHECK(watcher.sizes == std::vector<std::uint32_t>{100, 100, 64});
}
