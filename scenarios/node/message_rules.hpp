// Faults on messages of one process, installed from outside: the rules of MessageTap with ids that
// the client chooses. In the tap of a process a member is named by its host's address.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "scenarios/kit/message_tap.hpp"

namespace splitscope::scenarios {

// Told of messages of watched types, as they are sent.
class MessageWatcher {
 public:
  virtual void on_watched_message(std::uint16_t type) = 0;

 protected:
  ~MessageWatcher() = default;
};

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
  // `watcher` outlives the rules, or what they are the rules of.
  void set_watcher(MessageWatcher& watcher) { watcher_ = &watcher; }
  void watch(std::uint16_t type) { watched_.insert(type); }

 private:
  base::NodeId node_at(base::Endpoint endpoint) const override { return node_of(endpoint.address); }
  void on_message_sent(std::uint16_t type, base::NodeId from) override;

  MessageFaults faults_;
  std::map<std::uint64_t, FaultId> ids_;
  std::uint32_t next_fault_ = 1;
  std::set<std::uint16_t> watched_;
  MessageWatcher* watcher_ = nullptr;
};

}  // namespace splitscope::scenarios
