#include "engine/lab/lab.hpp"

#include <signal.h>

#include "engine/base/assert.hpp"

namespace splitscope::lab {

base::Result<std::unique_ptr<Lab>> Lab::open(const LabOptions& options) {
  clean_leftovers(options.records);
  auto record = RunRecord::open(options.records, options.runs);
  if (!record.has_value()) return std::unexpected(record.error());
  auto opened = std::make_unique<Lab>(Key{}, std::move(*record));
  auto started = LabSwitch::start(opened->clock_, options.seed);
  if (!started.has_value()) return std::unexpected(started.error());
  opened->switch_ = std::move(*started);
  return opened;
}

Lab::~Lab() {
  for (std::uint32_t index = 0; index < hosts_.size(); ++index) power_off(net::HostId{index});
}

net::HostId Lab::add_host(std::uint32_t subnet, base::Ipv4 address) {
  const net::HostId host = switch_->with_topology(
      [&](net::Topology& topology) { return topology.add_host(subnet, address); });
  SPLITSCOPE_ASSERT(host.value == hosts_.size());
  hosts_.emplace_back();
  return host;
}

base::Result<void> Lab::power_on(net::HostId host) {
  if (is_on(host)) return {};
  struct Place {
    base::Ipv4 address;
    std::uint32_t mtu;
  };
  const Place place = switch_->with_topology([&](net::Topology& topology) {
    return Place{topology.address(host), topology.link_of(topology.subnet_of(host)).model.mtu};
  });
  auto made = make_host_namespace(place.address, place.mtu);
  if (!made.has_value()) return std::unexpected(made.error());
  Host& state = hosts_[host.value];
  state.space = std::move(*made);
  return switch_->plug_in(host, state.space.cable.get());
}

void Lab::power_off(net::HostId host) {
  if (!is_on(host)) return;
  switch_->pull_out(host);
  Host& state = hosts_[host.value];
  for (LabProcess* process : state.processes) process->signal(SIGKILL);
  for (LabProcess* process : state.processes) process->end();
  state.processes.clear();
  state.space.cable.reset();
  state.space.network.reset();
}

base::Result<LabProcess*> Lab::start(net::HostId host, const LabCommand& command) {
  SPLITSCOPE_ASSERT(is_on(host));
  if (processes_.size() >= ProcessesMax) {
    return base::failure("the lab has started as many processes as it may in one run");
  }
  auto started = LabProcess::start(hosts_[host.value].space.network.get(), command);
  if (!started.has_value()) return std::unexpected(started.error());
  processes_.push_back(std::move(*started));
  LabProcess& process = processes_.back();
  hosts_[host.value].processes.push_back(&process);
  if (auto noted = record_.add(process.identity()); !noted.has_value()) {
    process.end();
    return std::unexpected(noted.error());
  }
  return &process;
}

}  // namespace splitscope::lab
