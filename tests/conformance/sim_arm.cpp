// The simulator's arm.
#include "arm.hpp"
#include "engine/sim/sim_transport.hpp"

namespace splitscope::conformance {
namespace {

class PacketLog final : public sim::PacketObserver {
 public:
  void on_packet(base::Instant at, const sim::Packet& packet, Fate) override {
    if (packet.protocol != net::Protocol::Tcp) return;
    segments.push_back({at, packet.from.value, packet.flags,
                        static_cast<std::uint32_t>(packet.sequence), packet.length});
  }
  std::vector<Segment> segments;
};

class SimArm final : public Arm {
 public:
  explicit SimArm(base::Duration one_way) {
    for (const char* name : {"near", "far", "island"}) {
      network_.topology().add_subnet({name, true, {one_way, one_way, base::Probability::never()}});
    }
    network_.topology().add_router({.subnets = {0, 1}});
    network_.set_observer(&log_);
  }

  HostNumber add_host(const Station::Options& options) override {
    const HostNumber number = hosts_.size();
    hosts_.push_back(std::make_unique<Host>(Host{table_.add(), {}, nullptr, options, {}, nullptr}));
    Host& host = *hosts_.back();
    host.id = network_.add_host(options.subnet, address(number));
    host.kernel = &network_.attach(host.id, host.process);
    start(number);
    return number;
  }
  base::Ipv4 address(HostNumber host) const override {
    return base::Ipv4{base::ipv4(10, 77, 0, 11).value + (hosts_[host]->options.subnet << 8) +
                      static_cast<std::uint32_t>(host)};
  }
  Record& record(HostNumber host) override { return hosts_[host]->record; }
  void with(HostNumber host, const std::function<void(Station&)>& act) override {
    act(*hosts_[host]->station);
  }
  base::Instant now() const override { return simulation_.now(); }
  void run_for(base::Duration duration) override { simulation_.run(simulation_.now() + duration); }
  base::Duration slack() const override { return 0s; }
  std::vector<Segment> segments() const override { return log_.segments; }
  net::RuleId install(const net::PacketRule& rule) override { return network_.install(rule); }
  void remove(net::RuleId rule) override { network_.remove(rule); }

  void kill(HostNumber host) override { hosts_[host]->process.end(sim::ExitReason::Killed); }
  void start(HostNumber number) override {
    Host& host = *hosts_[number];
    host.process.start(*host.kernel, [&host](env::Environment environment, env::ProgramHost&) {
      auto station = std::make_unique<Station>(environment, host.options, host.record);
      host.station = station.get();
      return station;
    });
    run_for(1ms);
  }
  void stop(HostNumber host) override { hosts_[host]->process.pause(); }
  void resume(HostNumber host) override { hosts_[host]->process.resume(); }
  void power_off(HostNumber host) override {
    hosts_[host]->process.end(sim::ExitReason::HostOff);
    network_.power_off(hosts_[host]->id);
  }
  void power_on(HostNumber host) override {
    network_.power_on(hosts_[host]->id);
    start(host);
  }
  void set_tcp(HostNumber host, const sim::TcpSettings& settings) override {
    hosts_[host]->kernel->set_tcp_settings(settings);
  }

 private:
  struct Host {
    sim::Process& process;
    net::HostId id;
    sim::SimTransport* kernel;
    Station::Options options;
    Record record;
    Station* station;  // of the running process
  };

  PacketLog log_;
  sim::Simulation simulation_{7};
  sim::Network network_{simulation_};
  std::vector<std::unique_ptr<Host>> hosts_;
  sim::ProcessTable table_{simulation_};
};

}  // namespace

std::unique_ptr<Arm> make_sim_arm(base::Duration one_way) {
  return std::make_unique<SimArm>(one_way);
}

}  // namespace splitscope::conformance
