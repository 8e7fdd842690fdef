#include "scenarios/node/message_rules.hpp"

#include <fmt/format.h>

namespace splitscope::scenarios {

std::unique_ptr<MessageTap> MessageRules::make_tap(env::Environment below) {
  const base::Ipv4 self = below.transport.local_addresses().front();
  MemberDirectory& directory = *this;  // the base is private
  return std::make_unique<MessageTap>(below, node_of(self), faults_, directory);
}

void MessageRules::on_message_sent(std::uint16_t type, base::NodeId) {
  if (watcher_ != nullptr && watched_.contains(type)) watcher_->on_watched_message(type);
}

base::Result<void> MessageRules::install(std::uint64_t id, MessageFaults::Rule rule) {
  if (ids_.contains(id)) return base::failure(fmt::format("rule {} is installed already", id));
  if (ids_.size() >= RuleCountMax) {
    return base::failure(fmt::format("there are {} rules already; remove some", RuleCountMax));
  }
  rule.fault = FaultId{next_fault_++};
  ids_.emplace(id, rule.fault);
  faults_.add(std::move(rule));
  return {};
}

base::Result<std::uint64_t> MessageRules::remove(std::uint64_t id, MessageTap& tap) {
  const auto found = ids_.find(id);
  if (found == ids_.end()) return base::failure(fmt::format("there is no rule {}", id));
  const FaultId fault = found->second;
  ids_.erase(found);
  faults_.remove(fault);
  tap.release_held();
  return faults_.touched(fault);
}

std::map<std::uint64_t, std::uint64_t> MessageRules::touched() const {
  std::map<std::uint64_t, std::uint64_t> counts;
  for (const auto& [id, fault] : ids_) counts[id] = faults_.touched(fault);
  return counts;
}

}  // namespace splitscope::scenarios
