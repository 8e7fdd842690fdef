// Conditions are values: they can be printed, combined, and checked whenever what they watch
// changes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "scenarios/kit/goals.hpp"
#include "scenarios/kit/observation.hpp"

namespace splitscope::scenarios {

// Numbers beyond the observation that conditions may ask for; worlds implement it.
class Counters {
 public:
  // Messages of that type sent so far, all members; 0 for a type never seen.
  virtual std::uint64_t messages_sent(const std::string& type) const = 0;
  // Agreement availability since the first fault (or formation), in parts per million.
  virtual std::uint64_t agreement_availability_ppm() const = 0;
  // The same of clients' requests; one million before the first.
  virtual std::uint64_t client_availability_ppm() const = 0;

 protected:
  ~Counters() = default;
};

// Immutable; copies share.
class Condition {
 public:
  // Group conditions. `words` is how the script names the group, for messages.
  static Condition agreed(Members group, std::string words);
  static Condition all_agreed(std::uint32_t cluster);  // every live member of the cluster
  static Condition joined(Members group, std::string words);
  static Condition started(Members group, std::string words);  // start-up is complete
  static Condition view_is(base::NodeId member, std::vector<base::NodeId> order, std::string words);
  static Condition alone(base::NodeId member, std::string words);  // joined, and only itself
  static Condition live(base::NodeId member, std::string words);
  static Condition masters_compare(std::uint32_t cluster, char relation, std::uint32_t bound);
  static Condition islands_compare(std::uint32_t cluster, char relation, std::uint32_t bound);
  static Condition size_compare(base::NodeId member, char relation, std::uint32_t bound,
                                std::string words);
  static Condition messages_compare(std::string type, char relation, std::uint64_t bound);
  static Condition availability_compare(char relation, std::uint64_t ppm);
  static Condition clients_compare(char relation, std::uint64_t ppm);
  static Condition goal_missed(std::uint32_t cluster, Goal goal);
  static Condition constant(bool value);

  Condition operator&(const Condition& other) const;
  Condition operator|(const Condition& other) const;
  Condition operator~() const;

  bool holds(const Observation& observation, const Counters& counters) const;
  // "n2, n3 agreed", "masters above 1".
  std::string to_text() const;
  // What is seen instead, when it does not hold: the views of the members it speaks of.
  std::string explain(const Observation& observation) const;

  struct Node;

 private:
  explicit Condition(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
  std::shared_ptr<const Node> node_;  // shared: conditions are copied freely and never change
};

}  // namespace splitscope::scenarios
