#include "engine/net/fabric.hpp"

#include <algorithm>

namespace splitscope::net {
namespace {

std::size_t home_of(HostId from, HostId to, std::size_t capacity) {
  const std::uint64_t key = (std::uint64_t{from.value} << 32) | to.value;
  return static_cast<std::size_t>((key * 0x9E37'79B9'7F4A'7C15) >> 32) & (capacity - 1);
}

}  // namespace

// --- pairs ---

const Fabric::PairEntry* Fabric::find_pair(HostId from, HostId to) const {
  if (pairs_.empty()) return nullptr;
  std::size_t at = home_of(from, to, pairs_.size());
  while (pairs_[at].from != NoHost) {
    if (pairs_[at].from == from && pairs_[at].to == to) return &pairs_[at];
    at = (at + 1) & (pairs_.size() - 1);
  }
  return nullptr;
}

Fabric::PairEntry& Fabric::pair(HostId from, HostId to) {
  if (const PairEntry* found = find_pair(from, to)) return const_cast<PairEntry&>(*found);
  if ((pair_count_ + 1) * 2 > pairs_.size()) {
    std::vector<PairEntry> old(std::max<std::size_t>(16, pairs_.size() * 2));
    old.swap(pairs_);
    pair_count_ = 0;
    for (const PairEntry& entry : old) {
      if (entry.from != NoHost) pair(entry.from, entry.to) = entry;
    }
  }
  std::size_t at = home_of(from, to, pairs_.size());
  while (pairs_[at].from != NoHost) at = (at + 1) & (pairs_.size() - 1);
  pairs_[at].from = from;
  pairs_[at].to = to;
  ++pair_count_;
  return pairs_[at];
}

void Fabric::set_link(HostId from, HostId to, const LinkModel& link) {
  PairEntry& entry = pair(from, to);
  if (entry.exception == NoException) {
    entry.exception = static_cast<std::uint32_t>(exceptions_.size());
    exceptions_.emplace_back(link);
  } else {
    exceptions_[entry.exception] = Link(link);
  }
  entry.state = {};
}

void Fabric::clear_link(HostId from, HostId to) {
  if (find_pair(from, to) == nullptr) return;
  PairEntry& entry = pair(from, to);
  if (entry.exception == NoException) return;
  exceptions_[entry.exception] = topology_.link_of(topology_.subnet_of(from));
  entry.state = {};
}

const Link& Fabric::link(HostId from, HostId to) const {
  if (!exceptions_.empty()) {
    const PairEntry* entry = find_pair(from, to);
    if (entry != nullptr && entry->exception != NoException) return exceptions_[entry->exception];
  }
  return topology_.link_of(topology_.subnet_of(from));
}

// --- packets ---

PathVerdict Fabric::judge(const PacketView& packet, HostId from, HostId to, base::Instant now,
                          PathRandom random) {
  PathVerdict verdict;
  if (!rules_.is_empty() || !firewalls_.is_empty()) {
    if (decide(packet, from, to, now, random.rules, verdict)) return verdict;
  }
  const Way way =
      packet.is_multicast() ? topology_.multicast_way(from, to) : topology_.way(from, to);
  // Routers pass on what still has a TTL after them; a TTL of 0 never leaves the host.
  if (!way.exists() || packet.ttl <= way.hops) {
    verdict.kind = PathVerdict::Kind::NoRoute;
    return verdict;
  }
  verdict.hops = way.hops;
  verdict.delay += way.delay;
  cross_link(link(from, to), packet, from, to, now, random.links, verdict);
  return verdict;
}

bool Fabric::decide(const PacketView& packet, HostId from, HostId to, base::Instant now,
                    base::Prng& random, PathVerdict& verdict) {
  const auto filter = [&](HostId host, FirewallSide side) {
    const FirewallRule* rule = firewalls_.judge(host, side, packet);
    if (rule == nullptr) return false;
    const bool rejects = rule->action == FirewallRule::Action::Reject;
    verdict.kind = rejects ? PathVerdict::Kind::Rejected : PathVerdict::Kind::Dropped;
    verdict.reject = rule->reject;
    verdict.at_source = side == FirewallSide::Output;
    return true;
  };
  if (!firewalls_.is_empty() && filter(from, FirewallSide::Output)) return true;
  if (!rules_.is_empty()) {
    const RuleChain::Outcome outcome = rules_.judge(packet, now, random);
    verdict.reject = outcome.reject;
    verdict.decided_by = outcome.decided_by;
    switch (outcome.kind) {
      case Verdict::Kind::Drop:
        verdict.kind = PathVerdict::Kind::Dropped;
        return true;
      case Verdict::Kind::Reject:
        verdict.kind = PathVerdict::Kind::Rejected;
        return true;
      case Verdict::Kind::Hold:
        verdict.kind = PathVerdict::Kind::Held;
        return true;
      case Verdict::Kind::Pass:
      case Verdict::Kind::Deliver:
      case Verdict::Kind::Duplicate:
        break;
    }
    verdict.delay = outcome.delay;
    verdict.copies = outcome.copies;
    verdict.copy_delays = outcome.copy_delays;
  }
  return !firewalls_.is_empty() && filter(to, FirewallSide::Input);
}

void Fabric::cross_link(const Link& link, const PacketView& packet, HostId from, HostId to,
                        base::Instant now, base::Prng& random, PathVerdict& verdict) {
  const LinkModel& model = link.model;
  if (link.is_plain && packet.wire_bytes <= model.mtu + EthernetHeader) [[likely]] {
    const PlainCrossing crossing = cross_plain(model, random);
    verdict.delay += crossing.delay;
    if (crossing.is_lost) verdict.kind = PathVerdict::Kind::Lost;
    return;
  }
  LinkState passing;
  LinkState& state = model.has_state() ? pair(from, to).state : passing;
  const CrossingPacket crossing_packet{packet.wire_bytes, packet.protocol != Protocol::Tcp};
  const Crossing crossing = cross(model, state, crossing_packet, now, random);
  verdict.delay += crossing.delay;
  if (!crossing.passes) {
    verdict.kind = crossing.too_big ? PathVerdict::Kind::TooBig : PathVerdict::Kind::Lost;
    return;
  }
  if (crossing.has_copy && verdict.copies < RuleChain::CopiesMax) {
    verdict.copy_delays[verdict.copies++] = crossing.copy_delay;
  }
}

}  // namespace splitscope::net
