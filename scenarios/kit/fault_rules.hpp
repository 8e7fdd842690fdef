// What a fault means to the network, the same in every world: which packet rules it stands for, and
// which members it keeps apart. Pure.
#pragma once

#include <functional>
#include <vector>

#include "engine/net/packet_rule.hpp"
#include "scenarios/kit/observation.hpp"
#include "schemes/membership/cluster_config.hpp"

namespace splitscope::scenarios {

bool is_packet_fault(FaultKind kind);
bool is_message_fault(FaultKind kind);
// On the answers of a cloud.
bool is_cloud_fault(FaultKind kind);
// Healing it means something.
bool can_heal(FaultKind kind);
// Nothing gets through while it is in force, so it separates members.
bool separates(const Fault& fault);

// Group `index` of the fault; empty if it has none.
Members side(const Fault& fault, std::size_t index);

using AddressOf = std::function<base::Ipv4(base::NodeId)>;
std::vector<net::PacketRule> packet_rules(const Fault& fault, const Observation& observation,
                                          const AddressOf& address_of);

// Blocks, or unblocks, the pairs that a separating fault keeps apart.
void block_pairs(Observation& observation, const Fault& fault, bool blocked);

// "a,b:5701" -> two entries.
std::vector<schemes::WellKnownEntry> entries_of(std::string_view text);

}  // namespace splitscope::scenarios
