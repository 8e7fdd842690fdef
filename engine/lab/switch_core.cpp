#include "engine/lab/switch_core.hpp"

#include <algorithm>

#include "engine/lab/rejection.hpp"

namespace splitscope::lab {
namespace {

// Of the router in that subnet. Hosts have 02:00, so none is like it.
trace::Mac router_mac(std::uint32_t subnet) {
  return {0x02, 0x01, 0, 0, 0, static_cast<std::uint8_t>(subnet)};
}

// Hosts that share it take each other for neighbours, whatever else is in their subnet.
std::uint32_t prefix_of(base::Ipv4 address) {
  return address.value >> 8;
}

base::Ipv4 router_address(base::Ipv4 host) {
  return base::Ipv4{(host.value & 0xffff'ff00) | 254};
}

}  // namespace

std::string_view to_text(FrameFate fate) {
  switch (fate) {
    case FrameFate::Sent:
      return "sent";
    case FrameFate::Lost:
      return "lost on the link";
    case FrameFate::Dropped:
      return "dropped by a fault";
    case FrameFate::Rejected:
      return "rejected by a fault";
    case FrameFate::Held:
      return "held by a fault";
    case FrameFate::NoRoute:
      return "no way there";
    case FrameFate::Malformed:
      return "malformed";
  }
  return "";
}

SwitchCore::SwitchCore(std::uint64_t seed)
    : link_random_(base::derive_seed(seed, "network")),
      rule_random_(base::derive_seed(seed, "packet rules")) {}

// --- ports ---

SwitchCore::Port& SwitchCore::port(net::HostId host) {
  if (ports_.size() <= host.value) ports_.resize(host.value + 1);
  return ports_[host.value];
}

bool SwitchCore::is_plugged(net::HostId host) const {
  return host.value < ports_.size() && ports_[host.value].plugged;
}

void SwitchCore::plug_in(net::HostId host) {
  port(host) = {.plugged = true, .groups = {}};
}

void SwitchCore::pull_out(net::HostId host) {
  port(host) = {};
}

std::vector<base::Ipv4> SwitchCore::groups(net::HostId host) const {
  return host.value < ports_.size() ? ports_[host.value].groups : std::vector<base::Ipv4>{};
}

void SwitchCore::remove(net::RuleId rule, base::Instant now) {
  fabric_.rules().remove(rule);
  std::vector<Held> held;
  held.swap(held_);
  for (Held& entry : held) {
    if (entry.rule != rule) {
      held_.push_back(std::move(entry));
    } else {
      cross({entry.from, entry.bytes, parse_frame(entry.bytes), now}, entry.to);
    }
  }
}

// --- frames in ---

void SwitchCore::on_frame(net::HostId from, FrameBytes frame, base::Instant now) {
  if (!is_plugged(from)) return;
  ++counters_.received;
  const Transit transit{from, frame, parse_frame(frame), now};
  switch (transit.parsed.kind) {
    case FrameKind::Malformed:
      ++counters_.malformed;
      break;
    case FrameKind::Foreign:
      ++counters_.foreign;
      return;
    case FrameKind::Igmp:
      note_groups(transit);
      return;
    case FrameKind::Packet:
    case FrameKind::Arp:
      break;
  }
  const FrameFate fate = pass(transit);
  if (observer_ != nullptr) observer_->on_frame(now, from, frame, fate);
}

FrameFate SwitchCore::pass(const Transit& transit) {
  if (transit.parsed.kind == FrameKind::Malformed) return FrameFate::Malformed;
  if (transit.parsed.kind == FrameKind::Arp) return pass_arp(transit);
  return transit.parsed.packet.is_multicast() ? pass_multicast(transit) : pass_unicast(transit);
}

void SwitchCore::note_groups(const Transit& transit) {
  std::vector<base::Ipv4>& groups = port(transit.from).groups;
  for (const GroupChange& change : read_group_changes(transit.bytes, transit.parsed)) {
    std::erase(groups, change.group);
    if (change.joins && groups.size() < GroupsMax) groups.push_back(change.group);
  }
}

// Asked for itself (so that others learn it), for a neighbour, or for somebody behind the router.
FrameFate SwitchCore::pass_arp(const Transit& transit) {
  const net::PacketView& packet = transit.parsed.packet;
  const net::HostId to = fabric_.topology().host_at(packet.destination.address);
  if (to == transit.from) return FrameFate::Sent;
  if (to != net::NoHost && fabric_.topology().share_subnet(transit.from, to)) {
    return cross(transit, to);
  }
  if (transit.parsed.is_request && router_answers_for(transit.from, packet.destination.address)) {
    answer_arp(transit);
    return FrameFate::Sent;
  }
  return FrameFate::NoRoute;
}

// Everything that no host of the subnet would take for a neighbour goes to the router.
bool SwitchCore::router_answers_for(net::HostId asker, base::Ipv4 target) const {
  const net::Topology& topology = fabric_.topology();
  if (target.is_multicast() || target == base::Ipv4{}) return false;
  const std::uint32_t subnet = topology.subnet_of(asker);
  for (std::uint32_t index = 0; index < topology.host_count(); ++index) {
    const net::HostId host{index};
    if (topology.subnet_of(host) != subnet) continue;
    if (prefix_of(topology.address(host)) == prefix_of(target)) return false;
  }
  return true;
}

void SwitchCore::answer_arp(const Transit& transit) {
  constexpr std::size_t SenderMac = EthernetHeaderSize + 8;
  const net::PacketView& asked = transit.parsed.packet;
  const FrameBytes reply = builder_.arp(
      {.is_reply = true, .sender = asked.destination.address, .target = asked.source.address});
  DelayLine::Frame* frame = line_.add(transit.now, transit.from, reply);
  if (frame == nullptr) {
    ++counters_.overflowed;
    return;
  }
  const trace::Mac mac = router_mac(fabric_.topology().subnet_of(transit.from));
  set_source_mac(frame->bytes, mac);
  std::ranges::copy(std::as_bytes(std::span(mac)), frame->bytes.begin() + SenderMac);
}

FrameFate SwitchCore::pass_unicast(const Transit& transit) {
  const net::HostId to = fabric_.topology().host_at(transit.parsed.packet.destination.address);
  if (to == transit.from) return FrameFate::NoRoute;
  if (to == net::NoHost) return no_way(transit, to);
  return cross(transit, to);
}

// One packet for each host that listens, as the simulator has it.
FrameFate SwitchCore::pass_multicast(const Transit& transit) {
  const base::Ipv4 group = transit.parsed.packet.destination.address;
  FrameFate gravest = FrameFate::Sent;
  for (std::uint32_t index = 0; index < ports_.size(); ++index) {
    const net::HostId to{index};
    const Port& receiver = ports_[index];
    if (to == transit.from || !receiver.plugged) continue;
    if (std::ranges::find(receiver.groups, group) == receiver.groups.end()) continue;
    gravest = std::max(gravest, cross(transit, to));
  }
  return gravest;
}

// --- the way through engine/net ---

FrameFate SwitchCore::cross(const Transit& transit, net::HostId to) {
  const net::PacketView& packet = transit.parsed.packet;
  if (const auto plain = fabric_.pass_plainly(packet, transit.from, to, link_random_)) {
    if (plain->is_lost) return FrameFate::Lost;
    send(transit, to, 0, transit.now + plain->delay);
    return FrameFate::Sent;
  }
  const net::PathVerdict verdict = fabric_.judge(packet, transit.from, to, transit.now,
                                                 {.links = link_random_, .rules = rule_random_});
  using Kind = net::PathVerdict::Kind;
  switch (verdict.kind) {
    case Kind::Deliver:
      break;
    case Kind::Held:
      if (held_.size() >= HeldFramesMax) {
        ++counters_.overflowed;
        return FrameFate::Lost;
      }
      held_.push_back(
          {verdict.decided_by, transit.from, to, {transit.bytes.begin(), transit.bytes.end()}});
      return FrameFate::Held;
    case Kind::Rejected:
      reject(transit, to, verdict);
      return FrameFate::Rejected;
    case Kind::NoRoute:
      return no_way(transit, to);
    case Kind::Dropped:
      return FrameFate::Dropped;
    case Kind::Lost:
    case Kind::TooBig:
      return FrameFate::Lost;
  }
  const base::Instant due = transit.now + verdict.delay;
  send(transit, to, verdict.hops, due);
  for (std::uint8_t i = 0; i < verdict.copies; ++i) {
    send(transit, to, verdict.hops, due + verdict.copy_delays[i]);
  }
  return FrameFate::Sent;
}

// A firewall answers in the receiver's stead; by ICMP no oftener than a kernel would.
void SwitchCore::reject(const Transit& transit, net::HostId to, const net::PathVerdict& verdict) {
  if (verdict.reject != net::RejectKind::TcpReset &&
      !icmp_limiter(transit.from, to).may_answer(transit.now)) {
    return;
  }
  const net::LinkModel& link = fabric_.link(transit.from, to).model;
  const base::Duration delay =
      verdict.at_source ? base::Duration{} : net::draw_delay(link, link_random_);
  answer(transit, rejection_of(builder_, transit.bytes, transit.parsed, verdict.reject), delay);
}

net::IcmpLimiter& SwitchCore::icmp_limiter(net::HostId told, net::HostId from) {
  const auto found = std::ranges::find_if(icmp_credits_, [told, from](const IcmpCredit& credit) {
    return credit.told == told && credit.from == from;
  });
  if (found != icmp_credits_.end()) return found->limiter;
  return icmp_credits_.emplace_back(IcmpCredit{told, from, {}}).limiter;
}

// The router says so: that the TTL ended there, or that it knows no way.
FrameFate SwitchCore::no_way(const Transit& transit, net::HostId to) {
  const bool is_near = to != net::NoHost && fabric_.topology().way(transit.from, to).exists();
  net::IcmpLimiter& limiter = icmp_limiter(transit.from, net::NoHost);
  const bool may_answer =
      is_near ? limiter.may_answer(transit.now) : limiter.may_answer_unrouted(transit.now);
  if (!may_answer) return FrameFate::NoRoute;
  if (is_near) {
    const base::Ipv4 router = router_address(fabric_.topology().address(transit.from));
    answer(transit, time_exceeded(builder_, transit.bytes, transit.parsed, router), {});
  } else {
    answer(transit,
           rejection_of(builder_, transit.bytes, transit.parsed, net::RejectKind::NetUnreachable),
           {});
  }
  return FrameFate::NoRoute;
}

void SwitchCore::send(const Transit& transit, net::HostId to, std::uint8_t hops,
                      base::Instant due) {
  DelayLine::Frame* frame = line_.add(due, to, transit.bytes);
  if (frame == nullptr) {
    ++counters_.overflowed;
    return;
  }
  if (hops == 0) return;
  const net::Topology& topology = fabric_.topology();
  const net::PacketView& packet = transit.parsed.packet;
  const base::Ipv4 next = packet.is_multicast() ? packet.destination.address : topology.address(to);
  pass_router(frame->bytes, {.source = router_mac(topology.subnet_of(to)),
                             .destination = trace::mac_of(next),
                             .hops = hops});
}

void SwitchCore::answer(const Transit& transit, FrameBytes frame, base::Duration delay) {
  if (frame.empty()) return;
  DelayLine::Frame* sent = line_.add(transit.now + delay, transit.from, frame);
  if (sent == nullptr) {
    ++counters_.overflowed;
    return;
  }
  const net::Topology& topology = fabric_.topology();
  set_destination_mac(sent->bytes, trace::mac_of(topology.address(transit.from)));
  const net::HostId other = topology.host_at(transit.parsed.packet.destination.address);
  if (other == net::NoHost || !topology.share_subnet(transit.from, other)) {
    set_source_mac(sent->bytes, router_mac(topology.subnet_of(transit.from)));
  }
}

// --- frames out ---

void SwitchCore::deliver_due(base::Instant now, FrameSink& sink) {
  while (const DelayLine::Frame* frame = line_.take(now)) {
    if (!is_plugged(frame->to)) continue;
    if (sink.deliver(frame->to, frame->bytes)) {
      ++counters_.delivered;
    } else {
      ++counters_.overflowed;
    }
  }
}

}  // namespace splitscope::lab
