// Faults on messages by type, and the count of messages: a decorator over one member's transport,
// after reassembly and before the handler, since a dropped TCP segment would only be sent again.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/env/environment.hpp"
#include "scenarios/kit/fault.hpp"

namespace splitscope::scenarios {

// Sent messages of one type.
struct MessageCount {
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;
};

// The message faults of a run, shared by the taps of all members. Owned by the world.
class MessageFaults {
 public:
  static constexpr std::uint32_t TypeCount = 256;

  struct Rule {
    FaultId fault;
    FaultKind kind = FaultKind::DropMessage;
    std::uint16_t type = 0;  // 0 = any
    Members from;            // empty = anybody
    Members to;
    std::uint32_t nth = 0;
    std::uint32_t first = 0;
    base::Duration delay{};
    std::uint32_t matched = 0;
    std::uint64_t touched = 0;
    bool released = false;  // a hold that was healed
  };
  // What to do with one message.
  enum class Action : std::uint8_t { Deliver, Drop, Delay, Duplicate, Hold };
  struct Decision {
    Action action = Action::Deliver;
    base::Duration delay{};
    std::size_t rule = 0;
  };

  void add(Rule rule) { rules_.push_back(std::move(rule)); }
  void remove(FaultId fault);
  bool is_empty() const { return rules_.empty(); }
  // Consults the rules in the order they were added; the first that matches decides.
  Decision decide(std::uint16_t type, base::NodeId from, base::NodeId to);
  std::uint64_t touched(FaultId fault) const;
  bool is_holding(FaultId fault) const;

  void count_sent(std::uint16_t type, std::uint32_t bytes) {
    MessageCount& count = counts_[type < TypeCount ? type : 0];
    ++count.messages;
    count.bytes += bytes;
  }
  const std::array<MessageCount, TypeCount>& counts() const { return counts_; }
  FaultId fault_of(std::size_t rule) const { return rules_[rule].fault; }

 private:
  std::vector<Rule> rules_;
  std::map<FaultId, std::uint64_t> removed_;  // what removed rules had touched
  std::array<MessageCount, TypeCount> counts_{};
};

// Which member lives at an endpoint, for rules that name members.
class MemberDirectory {
 public:
  virtual base::NodeId node_at(base::Endpoint endpoint) const = 0;
  // A message of that type is being sent; for triggers.
  virtual void on_message_sent(std::uint16_t type, base::NodeId from) = 0;

 protected:
  ~MemberDirectory() = default;
};

// Stands between a program and its transport. Everything passed in must outlive it.
class MessageTap final : public env::Transport, public env::ConnectionHandler {
 public:
  MessageTap(env::Environment below, base::NodeId self, MessageFaults& faults,
             MemberDirectory& directory);
  MessageTap(const MessageTap&) = delete;
  MessageTap& operator=(const MessageTap&) = delete;

  // --- env::Transport, for the program above ---
  std::span<const base::Ipv4> local_addresses() const override;
  base::MessagePool& messages() override;
  base::Result<void> listen(std::uint16_t port, std::uint32_t backlog,
                            env::ConnectionHandler& handler) override;
  env::ConnectionId connect(base::Endpoint peer, base::Duration timeout,
                            env::ConnectionHandler& handler) override;
  env::SendOutcome send(env::ConnectionId connection, const base::Message& frame) override;
  void expect_send(env::ConnectionId connection) const override;
  void close(env::ConnectionId connection) override;
  base::Result<void> join_group(const env::MulticastOptions& options,
                                env::DatagramHandler& handler) override;
  void leave_group(base::Endpoint group) override;
  void send_multicast(const env::MulticastOptions& options, const base::Message& datagram) override;
  base::Result<void> bind_datagram(std::uint16_t port, env::DatagramHandler& handler) override;
  void send_datagram(std::uint16_t from_port, base::Endpoint to,
                     const base::Message& datagram) override;

  // --- env::ConnectionHandler, for the transport below ---
  void on_connected(base::Endpoint peer, env::ConnectionId connection) override;
  void on_accepted(base::Endpoint peer, env::ConnectionId connection) override;
  void on_message(env::ConnectionId connection, const base::Message& frame) override;
  void on_closed(env::ConnectionId connection, env::CloseReason reason) override;
  void on_writable(env::ConnectionId connection) override;
  void expect_message(env::ConnectionId connection, base::Ipv4 peer) const override;

  // A hold was healed: what it kept goes out now, through a timer.
  void release_held();

 private:
  struct Waiting {
    base::Message frame;
    base::Instant due;
    bool held = false;
    FaultId fault;
  };
  // A connection whose peer is known; `waiting` keeps order once something waits.
  struct Link {
    env::ConnectionId connection;
    base::NodeId peer;
    std::vector<Waiting> waiting;
  };

  Link& link(env::ConnectionId connection);
  void forget(env::ConnectionId connection);
  void count(const base::Message& frame);
  void deliver_due();
  void arm_for_waiting();

  env::Environment below_;
  base::NodeId self_;
  MessageFaults& faults_;
  MemberDirectory& directory_;
  env::ConnectionHandler* handler_ = nullptr;
  std::vector<Link> links_;
  env::Timer timer_;
};

}  // namespace splitscope::scenarios
