// The faults of a run: applies and heals them, keeps their ledger. What a fault is made of, rules
// on packets, rules on messages and acts on members, is carried out by the world's hands.
#pragma once

#include <memory>
#include <vector>

#include "engine/net/packet_rule.hpp"
#include "scenarios/kit/run_books.hpp"

namespace splitscope::scenarios {

// What a world can do. "Not in this world: ..." is an error like any other.
class FaultHands {
 public:
  // A fact of the run itself.
  virtual void announce(base::EventKind kind, FaultId fault, std::uint64_t detail) = 0;

  virtual net::RuleId install_rule(net::PacketRule rule) = 0;
  virtual void remove_rule(net::RuleId rule) = 0;
  virtual net::RuleEffect rule_effect(net::RuleId rule) const = 0;
  virtual base::Ipv4 address(base::NodeId node) const = 0;

  virtual base::Result<void> install_message_rule(FaultId id, const Fault& fault) = 0;
  virtual void remove_message_rule(FaultId id) = 0;
  virtual std::uint64_t messages_touched(FaultId id) const = 0;

  // On the cloud's answers. A world without a simulated cloud refuses.
  virtual base::Result<void> install_cloud_fault(FaultId /*id*/, const Fault& /*fault*/) {
    return base::failure("not in this world: it has no simulated cloud");
  }
  virtual void remove_cloud_fault(FaultId /*id*/) {}
  virtual std::uint64_t calls_touched(FaultId /*id*/) const { return 0; }

  // Whether the act can be done at all, before the first member is touched.
  virtual base::Result<void> check_act(const Fault& fault) const = 0;
  // Kill, pause, step the clock ...: on one member. Adds what it touched.
  virtual base::Result<void> act(const Fault& fault, base::NodeId node, Effect& touched) = 0;
  // Heals what act() did.
  virtual void undo(const Fault& fault, base::NodeId node) = 0;

 protected:
  ~FaultHands() = default;
};

class FaultBook {
 public:
  // Both outlive the book.
  FaultBook(RunBooks& books, BooksHost& host, FaultHands& hands)
      : books_(books), host_(host), hands_(hands) {}
  FaultBook(const FaultBook&) = delete;
  FaultBook& operator=(const FaultBook&) = delete;

  base::Result<FaultId> apply(const Fault& fault);
  // Healing twice, or what cannot be healed, is fine.
  void heal(FaultId id);
  Effect effect(FaultId id) const;
  const std::vector<AppliedFault>& faults() const { return faults_; }
  // With their effects so far.
  std::vector<AppliedFault> with_effects() const;
  // When the first fault struck; starting members is none.
  std::optional<base::Instant> first_at() const { return first_at_; }

 private:
  // What an applied fault set in motion, and what it touched.
  struct ActiveFault {
    std::vector<net::RuleId> rules;  // all it ever installed, for the effect
    std::vector<net::RuleId> in_force;
    bool blocks = false;  // pairs are blocked in the observation now
    bool healed = false;
    Effect touched;
  };

  base::Result<void> carry_out(FaultId id, const Fault& fault);
  base::Result<void> act_on_members(FaultId id, const Fault& fault);
  void install_packet_rules(FaultId id);
  void remove_packet_rules(FaultId id);
  void set_blocked(FaultId id, bool blocked);
  void flap(FaultId id);
  void rest_from_flapping(FaultId id);

  RunBooks& books_;
  BooksHost& host_;
  FaultHands& hands_;
  std::vector<AppliedFault> faults_;
  std::vector<std::unique_ptr<ActiveFault>> active_;
  std::optional<base::Instant> first_at_;
};

}  // namespace splitscope::scenarios
