// A host's own packet filter: drop or reject, what comes in or goes out. The first rule that
// matches decides; what none matches passes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/net/address_set.hpp"
#include "engine/net/packet.hpp"
#include "engine/net/topology.hpp"

namespace splitscope::net {

enum class FirewallSide : std::uint8_t { Input, Output };

struct FirewallRule {
  enum class Action : std::uint8_t { Accept, Drop, Reject };
  FirewallSide side = FirewallSide::Input;
  Action action = Action::Drop;
  RejectKind reject = RejectKind::PortUnreachable;
  std::optional<Protocol> protocol;  // none = any; ARP is never filtered
  std::uint16_t port = 0;            // destination, 0 = any
  bool only_multicast = false;
  bool only_new = false;  // SYNs alone, so that what is established lives on
  AddressSet peers;       // the other end; empty = anybody
};

// The filters of all hosts; those without one cost nothing.
class Firewalls {
 public:
  static constexpr std::size_t RulesMax = 1024;  // of one host

  // Replaces the host's rules; an empty list removes them. Precondition: at most RulesMax.
  void set(HostId host, std::vector<FirewallRule> rules);
  bool is_empty() const { return filters_.empty(); }
  // The rule that decides, or nullptr where the packet passes.
  const FirewallRule* judge(HostId host, FirewallSide side, const PacketView& packet) const;

 private:
  struct Filter {
    HostId host;
    std::vector<FirewallRule> rules;
  };
  std::vector<Filter> filters_;  // sorted by host
};

}  // namespace splitscope::net
