#include "bench/heartbeat_mesh.hpp"

#include <array>
#include <cstring>
#include <fstream>
#include <memory>
#include <vector>

#include "bench/measure.hpp"
#include "engine/sim/sim_transport.hpp"

namespace splitscope::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t Port = 9000;
constexpr base::Duration Silence = 15s;

struct Shared {
  MeshOptions options;
  std::vector<base::Endpoint> endpoints;
  std::uint64_t deliveries = 0;
  std::uint64_t heartbeats = 0;
  std::uint64_t checks = 0;
  std::uint64_t silent = 0;
};

class HeartbeatNode final : public env::Program, public env::DatagramHandler {
 public:
  HeartbeatNode(env::Environment environment, Shared& shared, std::uint32_t self)
      : environment_(environment),
        shared_(shared),
        self_(self),
        heartbeat_(environment.timers, base::Callback::to<&HeartbeatNode::on_heartbeat>(*this)),
        check_(environment.timers, base::Callback::to<&HeartbeatNode::on_check>(*this)),
        last_heard_(shared.options.gossip ? 0 : shared.options.nodes, -1) {}

  void start() override {
    (void)environment_.transport.bind_datagram(Port, *this);
    heartbeat_.arm_after(
        10ms + base::Duration{static_cast<std::int64_t>(environment_.random.below(4'980'000'000))});
    check_.arm_after(
        10ms + base::Duration{static_cast<std::int64_t>(environment_.random.below(980'000'000))});
  }
  void shut_down() override {}

  void on_datagram(base::Endpoint, const base::Message& datagram) override {
    ++shared_.deliveries;
    std::uint32_t sender = 0;
    std::memcpy(&sender, datagram.bytes().data(), sizeof sender);
    const std::int64_t now = base::nanoseconds(environment_.clock.now());
    if (shared_.options.gossip) {
      view_[sender & 31] = {sender, static_cast<std::uint32_t>(now / 1'000'000) + 1};
    } else {
      last_heard_[sender] = now;
    }
  }

 private:
  struct Slot {
    std::uint32_t peer = 0;
    std::uint32_t last_ms = 0;
  };

  void on_heartbeat() {
    ++shared_.heartbeats;
    std::array<std::byte, 64> payload{};
    std::memcpy(payload.data(), &self_, sizeof self_);
    std::memcpy(payload.data() + 4, &sent_, sizeof sent_);
    ++sent_;
    const base::Message message = environment_.transport.messages().make(payload);
    if (shared_.options.gossip) {
      for (int i = 0; i < 8; ++i) {
        auto peer =
            static_cast<std::uint32_t>(environment_.random.below(shared_.options.nodes - 1));
        if (peer >= self_) ++peer;
        environment_.transport.send_datagram(Port, shared_.endpoints[peer], message);
      }
    } else {
      for (std::uint32_t peer = 0; peer < shared_.options.nodes; ++peer) {
        if (peer == self_) continue;
        environment_.transport.send_datagram(Port, shared_.endpoints[peer], message);
      }
    }
    heartbeat_.arm_after(5s);
  }

  void on_check() {
    ++shared_.checks;
    const std::int64_t limit = base::nanoseconds(environment_.clock.now()) - Silence.count();
    std::uint64_t silent = 0;
    if (shared_.options.gossip) {
      const auto limit_ms = limit > 0 ? static_cast<std::uint32_t>(limit / 1'000'000) + 1 : 0;
      for (const Slot& slot : view_) silent += (slot.last_ms > 0) & (slot.last_ms < limit_ms);
    } else {
      for (const std::int64_t last : last_heard_) silent += (last >= 0) & (last < limit);
    }
    shared_.silent += silent;
    check_.arm_after(1s);
  }

  env::Environment environment_;
  Shared& shared_;
  std::uint32_t self_;
  std::uint32_t sent_ = 0;
  env::Timer heartbeat_;
  env::Timer check_;
  std::vector<std::int64_t> last_heard_;
  std::array<Slot, 32> view_{};
};

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  double total = 0;
  double resident = 0;
  statm >> total >> resident;
  return resident * 4096;
}

}  // namespace

MeshResult run_mesh(const MeshOptions& options) {
  const double memory_before = resident_bytes();
  Shared shared{options, {}, 0, 0, 0, 0};
  sim::Simulation simulation(options.seed);
  sim::Network network(simulation);
  sim::ProcessTable processes(simulation);
  network.topology().add_subnet(
      {"mesh", true, {500us, 1500us, base::Probability::from_ratio(1, 1'000'000'000)}});
  // A rule that never matches keeps the rule path on.
  net::PacketRule rule;
  rule.match.port = 1;
  network.install(rule);
  for (std::uint32_t node = 0; node < options.nodes; ++node) {
    const base::Ipv4 address{base::ipv4(10, 0, 0, 1).value + node};
    shared.endpoints.push_back({address, Port});
    const net::HostId host = network.add_host(0, address);
    sim::Process& process = processes.add();
    process.start(network.attach(host, process),
                  [&](env::Environment environment, env::ProgramHost&) {
                    return std::make_unique<HeartbeatNode>(environment, shared, node);
                  });
  }
  const double before = cpu_seconds();
  simulation.run(base::RunStart + std::chrono::seconds(options.seconds));
  MeshResult result;
  result.cpu_seconds = cpu_seconds() - before;
  result.events = shared.deliveries + shared.heartbeats + shared.checks;
  result.bytes_per_node = (resident_bytes() - memory_before) / options.nodes;
  return result;
}

}  // namespace splitscope::bench
