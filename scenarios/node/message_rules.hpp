// Faults on messages of one process, installed from outside: the rules of MessageTap with ids that
// the client chooses. In the tap of a process a member is named by its host's address.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "scenarios/kit/message_tap.hpp"

namespace splitscope::scenarios {

class MessageRules final : private MemberDirectory {
 public:
  // Rules at once.
  static constexpr std::size_t RuleCountMax = 1000;

  MessageRules() = default;
  MessageRules(const MessageRules&) = delete;
  MessageRules& operator=(const MessageRules&) = delete;

  // How an address is named in a rule's `from`.
  static base::NodeId node_of(base::Ipv4 address) { return base::NodeId{address.value}; }

  // The decorator between a program and `below`; it and `below` outlive the program, and the rules
  // outlive it.
  std::unique_ptr<MessageTap> make_tap(env::Environment below);

  // Error: the id is taken, or there are too many. The rule's `fault` is set here.
  base::Result<void> install(std::uint64_t id, MessageFaults::Rule rule);
  // How many messages it touched. Error: there is no such rule. Held messages are let go.
  base::Result<std::uint64_t> remove(std::uint64_t id, MessageTap& tap);
  // By id, how many messages each rule has touched so far.
  std::map<std::uint64_t, std::uint64_t> touched() const;
  const MessageFaults& faults() const { return faults_; }

 private:
  base::NodeId node_at(base::Endpoint endpoint) const override { return node_of(endpoint.address); }
  void on_message_sent(std::uint16_t, base::NodeId) override {}

  MessageFaults faults_;
  std::map<std::uint64_t, FaultId> ids_;
  std::uint32_t next_fault_ = 1;
};

}  // namespace splitscope::scenarios
