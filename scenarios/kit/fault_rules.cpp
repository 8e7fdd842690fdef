#include "scenarios/kit/fault_rules.hpp"

#include <algorithm>

namespace splitscope::scenarios {
namespace {

using PacketAction = net::PacketRule::Action;

// The pairs of sides that a separating fault keeps apart: (from, to, both ways).
struct Separation {
  Members from;
  Members to;
  bool both_ways = true;
};

Members all_but(const Observation& observation, const Members& members) {
  Members rest;
  for (const MemberState& state : observation.members()) {
    if (!std::binary_search(members.begin(), members.end(), state.node)) rest.push_back(state.node);
  }
  return rest;
}

std::vector<Separation> separations(const Fault& fault, const Observation& observation) {
  std::vector<Separation> result;
  switch (fault.kind) {
    case FaultKind::Partition:
    case FaultKind::Flap:
      for (std::size_t a = 0; a < fault.groups.size(); ++a) {
        for (std::size_t b = a + 1; b < fault.groups.size(); ++b) {
          result.push_back({fault.groups[a], fault.groups[b], true});
        }
      }
      break;
    case FaultKind::Bridge:
      result.push_back({side(fault, 0), side(fault, 1), true});
      break;
    case FaultKind::Isolate:
      result.push_back({side(fault, 0), all_but(observation, side(fault, 0)), true});
      break;
    case FaultKind::Cut:
      result.push_back({side(fault, 0), side(fault, 1), false});
      break;
    default:
      result.push_back({side(fault, 0), side(fault, 1), !fault.one_way});
      break;
  }
  return result;
}

PacketAction packet_action_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::Delay:
      return PacketAction::Delay;
    case FaultKind::Lose:
      return PacketAction::Lose;
    case FaultKind::LoseBurst:
      return PacketAction::LoseBurst;
    case FaultKind::Duplicate:
      return PacketAction::Duplicate;
    case FaultKind::Reorder:
      return PacketAction::Reorder;
    case FaultKind::Throttle:
      return PacketAction::Throttle;
    case FaultKind::Reject:
      return PacketAction::Reject;
    case FaultKind::Hold:
      return PacketAction::Hold;
    default:
      return PacketAction::Cut;
  }
}

}  // namespace

bool is_packet_fault(FaultKind kind) {
  const auto number = static_cast<std::uint16_t>(kind);
  return number >= 20 && number < 40;
}

bool is_message_fault(FaultKind kind) {
  const auto number = static_cast<std::uint16_t>(kind);
  return number >= 40 && number < 50;
}

bool is_cloud_fault(FaultKind kind) {
  return kind >= FaultKind::CloudThrottle && kind < FaultKind::CloudTerminate;
}

bool can_heal(FaultKind kind) {
  return is_packet_fault(kind) || is_message_fault(kind) || is_cloud_fault(kind) ||
         kind == FaultKind::Pause || kind == FaultKind::Slow || kind == FaultKind::ClockDrift ||
         kind == FaultKind::WrongList || kind == FaultKind::WrongDomain;
}

bool separates(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::Partition:
    case FaultKind::Cut:
    case FaultKind::Isolate:
    case FaultKind::Bridge:
    case FaultKind::Flap:
    case FaultKind::Hold:
    case FaultKind::Reject:
      return true;
    case FaultKind::Lose:
      return fault.probability == base::Probability::always();
    default:
      return false;
  }
}

Members side(const Fault& fault, std::size_t index) {
  return index < fault.groups.size() ? fault.groups[index] : Members{};
}

std::vector<schemes::WellKnownEntry> entries_of(std::string_view text) {
  std::vector<schemes::WellKnownEntry> entries;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    if (end > begin) entries.push_back({std::string(text.substr(begin, end - begin))});
    begin = end + 1;
  }
  return entries;
}

std::vector<net::PacketRule> packet_rules(const Fault& fault, const Observation& observation,
                                          const AddressOf& address_of) {
  const auto addresses = [&address_of](const Members& members) {
    std::vector<base::Ipv4> result;
    for (const base::NodeId node : members) result.push_back(address_of(node));
    return net::AddressSet(std::move(result));
  };
  const bool directed =
      fault.kind == FaultKind::ClosePort || fault.kind == FaultKind::BlockMulticast;
  std::vector<net::PacketRule> rules;
  for (const Separation& pair : separations(fault, observation)) {
    net::PacketRule rule;
    rule.action = packet_action_of(fault.kind);
    rule.match.from = addresses(pair.from);
    rule.match.to = addresses(pair.to);
    rule.match.both_ways = pair.both_ways && !directed;
    if (fault.kind == FaultKind::ClosePort) {
      rule.match.from = net::AddressSet{};
      rule.match.to = addresses(pair.from);
      rule.match.port = fault.port;
    }
    rule.match.all_frames = fault.all_frames;
    rule.match.only_multicast = fault.kind == FaultKind::BlockMulticast;
    rule.probability = fault.probability;
    rule.recovery = fault.recovery;
    rule.delay = fault.delay;
    rule.jitter = fault.jitter;
    rule.bits_per_second = fault.bits_per_second;
    rules.push_back(std::move(rule));
  }
  return rules;
}

void block_pairs(Observation& observation, const Fault& fault, bool blocked) {
  const auto everybody = [&observation](const Members& members) {
    return members.empty() ? all_but(observation, {}) : members;
  };
  const auto change = [&](base::NodeId from, base::NodeId to) {
    if (from == to) return;
    if (blocked) {
      observation.block(from, to);
    } else {
      observation.unblock(from, to);
    }
  };
  for (const Separation& pair : separations(fault, observation)) {
    for (const base::NodeId from : everybody(pair.from)) {
      for (const base::NodeId to : everybody(pair.to)) {
        change(from, to);
        if (pair.both_ways) change(to, from);
      }
    }
  }
}

}  // namespace splitscope::scenarios
