#include "engine/net/firewall.hpp"

#include <algorithm>

#include "engine/base/assert.hpp"

namespace splitscope::net {
namespace {

bool matches(const FirewallRule& rule, FirewallSide side, const PacketView& packet) {
  if (rule.side != side || packet.protocol == Protocol::Arp) return false;
  if (rule.protocol.has_value() && *rule.protocol != packet.protocol) return false;
  if (rule.port != 0 && rule.port != packet.destination.port) return false;
  if (rule.only_multicast && !packet.is_multicast()) return false;
  const bool is_new =
      packet.protocol == Protocol::Tcp && (packet.flags & (FlagSyn | FlagAck)) == FlagSyn;
  if (rule.only_new && !is_new) return false;
  const base::Endpoint& peer = side == FirewallSide::Input ? packet.source : packet.destination;
  return rule.peers.contains(peer.address);
}

}  // namespace

void Firewalls::set(HostId host, std::vector<FirewallRule> rules) {
  SPLITSCOPE_ASSERT(rules.size() <= RulesMax);
  const auto at =
      std::lower_bound(filters_.begin(), filters_.end(), host,
                       [](const Filter& filter, HostId wanted) { return filter.host < wanted; });
  const bool found = at != filters_.end() && at->host == host;
  if (rules.empty()) {
    if (found) filters_.erase(at);
  } else if (found) {
    at->rules = std::move(rules);
  } else {
    filters_.insert(at, {host, std::move(rules)});
  }
}

const FirewallRule* Firewalls::judge(HostId host, FirewallSide side,
                                     const PacketView& packet) const {
  const auto at =
      std::lower_bound(filters_.begin(), filters_.end(), host,
                       [](const Filter& filter, HostId wanted) { return filter.host < wanted; });
  if (at == filters_.end() || at->host != host) return nullptr;
  for (const FirewallRule& rule : at->rules) {
    if (!matches(rule, side, packet)) continue;
    return rule.action == FirewallRule::Action::Accept ? nullptr : &rule;
  }
  return nullptr;
}

}  // namespace splitscope::net
