// The whole way of a packet between two hosts: the sender's firewall, the faults in force, the
// route, the link, the receiver's firewall. Hides where link state is kept: only for pairs whose
// link needs it. Start reading at judge().
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/net/firewall.hpp"
#include "engine/net/packet_rule.hpp"
#include "engine/net/topology.hpp"

namespace splitscope::net {

// What becomes of one packet.
struct PathVerdict {
  enum class Kind : std::uint8_t {
    Deliver,   // after `delay`; and `copies` more, each `copy_delays` after it
    Lost,      // by the link: its loss, or its queue is full
    Dropped,   // by a rule or a firewall
    Rejected,  // by a rule or a firewall: the sender is answered with `reject`
    Held,      // by the rule `decided_by` until that goes
    NoRoute,   // no way there, or the TTL ends on it
    TooBig,    // a segment above the link's MTU
  };
  Kind kind = Kind::Deliver;
  RejectKind reject = RejectKind::HostUnreachable;
  bool at_source = false;  // Rejected by the sender's own firewall: answered at once
  std::uint8_t hops = 0;
  std::uint8_t copies = 0;
  RuleId decided_by;
  base::Duration delay{};
  std::array<base::Duration, RuleChain::CopiesMax> copy_delays{};

  bool arrives() const { return kind == Kind::Deliver; }
};

// The two sources of chance, apart so that a fault more or less shifts no delay of the links.
struct PathRandom {
  base::Prng& links;
  base::Prng& rules;
};

class Fabric {
 public:
  Topology& topology() { return topology_; }
  const Topology& topology() const { return topology_; }
  RuleChain& rules() { return rules_; }
  const RuleChain& rules() const { return rules_; }
  // Filters of hosts; a router's is one of the packet rules.
  Firewalls& firewalls() { return firewalls_; }

  // The link from one host to another, in that direction, in place of their subnets'.
  void set_link(HostId from, HostId to, const LinkModel& link);
  void clear_link(HostId from, HostId to);
  const Link& link(HostId from, HostId to) const;

  // The way of nearly every packet: no rule, firewall or exception concerns it, both hosts are in
  // one subnet, and its link is plain. Draws and answers as judge() would; nothing, with nothing
  // drawn, where judge() must be asked.
  std::optional<PlainCrossing> pass_plainly(const PacketView& packet, HostId from, HostId to,
                                            base::Prng& links) const {
    if (!firewalls_.is_empty() || !exceptions_.empty() || rules_.touches(packet)) return {};
    if (!topology_.share_subnet(from, to) || packet.is_multicast() || packet.ttl == 0) return {};
    const Link& link = topology_.link_of(topology_.subnet_of(from));
    if (!link.is_plain || packet.wire_bytes > link.model.mtu + EthernetHeader) return {};
    return cross_plain(link.model, links);
  }

  // Judges one packet from host to host; for multicast `to` is one of the receivers. Allocates
  // only when a pair with a stateful link is met for the first time.
  PathVerdict judge(const PacketView& packet, HostId from, HostId to, base::Instant now,
                    PathRandom random);

 private:
  // Open addressing by hash of the pair: looked up, never walked through.
  struct PairEntry {
    HostId from = NoHost;
    HostId to = NoHost;
    LinkState state;
    std::uint32_t exception = NoException;  // index into exceptions_
  };
  static constexpr std::uint32_t NoException = 0xffff'ffff;

  const PairEntry* find_pair(HostId from, HostId to) const;
  PairEntry& pair(HostId from, HostId to);
  // What firewalls and rules say; true if that is the end of it.
  bool decide(const PacketView& packet, HostId from, HostId to, base::Instant now,
              base::Prng& random, PathVerdict& verdict);
  void cross_link(const Link& link, const PacketView& packet, HostId from, HostId to,
                  base::Instant now, base::Prng& random, PathVerdict& verdict);

  Topology topology_;
  RuleChain rules_;
  Firewalls firewalls_;
  std::vector<PairEntry> pairs_;
  std::size_t pair_count_ = 0;
  std::vector<Link> exceptions_;
};

}  // namespace splitscope::net
