#include "schemes/aws/cloud_discovery.hpp"

#include "schemes/aws/aws_options.hpp"

namespace splitscope::schemes {

CloudDiscovery::CloudDiscovery(env::Environment environment, std::unique_ptr<AddressSource> source,
                               CloudPorts ports, std::string interface_pattern)
    : environment_(environment),
      source_(std::move(source)),
      ports_(ports),
      interface_pattern_(std::move(interface_pattern)),
      timer_(environment.timers, base::Callback::to<&CloudDiscovery::on_timer>(*this)),
      candidates_({}, 0) {}

void CloudDiscovery::start(base::Endpoint self, CandidateHandler& handler) {
  handler_ = &handler;
  has_interface_ = interface_pattern_.empty() || matches_pattern(self.address, interface_pattern_);
  candidates_ = CandidateList(environment_.transport.local_addresses(), self.port);
}

void CloudDiscovery::refresh() {
  if (is_asking_) return;
  is_asking_ = true;
  if (!has_interface_) return timer_.arm_after(base::Duration::zero());
  source_->ask(*this);
}

void CloudDiscovery::on_timer() {
  on_source_unusable();
}

void CloudDiscovery::on_addresses(std::span<const base::Ipv4> addresses, bool failed) {
  is_asking_ = false;
  candidates_.clear();
  for (const base::Ipv4 address : addresses) {
    for (std::uint16_t i = 0; i < ports_.count; ++i) {
      candidates_.add({address, static_cast<std::uint16_t>(ports_.first + i)});
    }
  }
  environment_.events.emit(base::EventKind::DiscoveryEnded,
                           {addresses.size(), failed ? std::uint64_t{1} : 0, 0, 0});
  handler_->on_candidates(candidates());
}

void CloudDiscovery::on_source_unusable() {
  is_asking_ = false;
  environment_.events.emit(base::EventKind::DiscoveryEnded, {0, 1, 0, 0});
  handler_->on_discovery_failed();
}

}  // namespace splitscope::schemes
