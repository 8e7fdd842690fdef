// Candidates from addresses that a cloud lists: each address at each port of the range. Hides
// ports, our own address, and several questions that wait for one answer. What the cloud is asked
// is the source's business. Invariant: candidates() never holds our own endpoint, nor one twice.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/env/environment.hpp"
#include "schemes/membership/address_rules.hpp"
#include "schemes/membership/discovery.hpp"

namespace splitscope::schemes {

class AddressSourceHandler {
 public:
  // From the event loop, never from inside ask(). `failed`: nothing could be learned; the plugin
  // then goes on as if nobody was there.
  virtual void on_addresses(std::span<const base::Ipv4> addresses, bool failed) = 0;
  // What is needed at start is missing: the real process ends here.
  virtual void on_source_unusable() = 0;

 protected:
  ~AddressSourceHandler() = default;
};

// Asks a cloud for the addresses of members.
class AddressSource {
 public:
  virtual ~AddressSource() = default;
  // `handler` outlives the source. One answer comes; not again before it.
  virtual void ask(AddressSourceHandler& handler) = 0;
};

struct CloudPorts {
  std::uint16_t first = 5701;
  std::uint16_t count = 8;
};

class CloudDiscovery final : public Discovery, private AddressSourceHandler {
 public:
  // `environment` outlives *this. `interface_pattern`: our own address must match it; empty: any.
  CloudDiscovery(env::Environment environment, std::unique_ptr<AddressSource> source,
                 CloudPorts ports, std::string interface_pattern);

  void start(base::Endpoint self, CandidateHandler& handler) override;
  void refresh() override;
  std::span<const base::Endpoint> candidates() const override { return candidates_.endpoints(); }
  // DiscoveryJoiner asks its discovery alone: nothing is learned.
  void learn(base::Endpoint, LearnedFrom) override {}
  void forget(base::Endpoint) override {}

 private:
  void on_addresses(std::span<const base::Ipv4> addresses, bool failed) override;
  void on_source_unusable() override;
  void on_timer();

  env::Environment environment_;
  std::unique_ptr<AddressSource> source_;
  CloudPorts ports_;
  std::string interface_pattern_;
  CandidateHandler* handler_ = nullptr;
  env::Timer timer_;  // tells of a wrong interface from the event loop
  bool is_asking_ = false;
  bool has_interface_ = true;
  CandidateList candidates_;
};

}  // namespace splitscope::schemes
