// A condition is a small immutable tree; holds() and to_text() walk it.
#include "scenarios/kit/condition.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/assert.hpp"

namespace splitscope::scenarios {

struct Condition::Node {
  enum class Kind : std::uint8_t {
    Constant,
    Agreed,
    AllAgreed,
    Joined,
    Started,
    ViewIs,
    Alone,
    Live,
    Masters,
    Islands,
    Size,
    Messages,
    Availability,
    Clients,
    GoalMissed,
    And,
    Or,
    Not
  };
  Kind kind = Kind::Constant;
  Members group;  // of Agreed, Joined, Started; the order of ViewIs
  base::NodeId member;
  std::uint32_t cluster = 0;
  char relation = '=';
  std::uint64_t bound = 0;
  std::string words;
  std::shared_ptr<const Node> left;
  std::shared_ptr<const Node> right;

  bool holds(const Observation& observation, const Counters& counters) const;
  std::string to_text() const;
  void mentioned(const Observation& observation, Members& members) const;
};

namespace {

bool compare(std::uint64_t value, char relation, std::uint64_t bound) {
  switch (relation) {
    case '>':
      return value > bound;
    case '<':
      return value < bound;
    case '=':
      return value == bound;
    case 'g':
      return value >= bound;
    case 'l':
      return value <= bound;
    default:
      SPLITSCOPE_UNREACHABLE();
  }
}

std::string_view relation_words(char relation) {
  switch (relation) {
    case '>':
      return "above";
    case '<':
      return "below";
    case '=':
      return "equal to";
    case 'g':
      return "at least";
    case 'l':
      return "at most";
    default:
      return "?";
  }
}

bool view_matches(const Observation& observation, base::NodeId member, const Members& order) {
  const MemberState& state = observation.at(member);
  if (!state.is_live() || !state.joined || state.view.size() != order.size()) return false;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (state.view[i].uuid != observation.at(order[i]).uuid) return false;
  }
  return true;
}

bool all_joined(const Observation& observation, const Members& group) {
  for (const base::NodeId node : group) {
    const MemberState& state = observation.at(node);
    if (!state.is_live() || !state.joined) return false;
  }
  return !group.empty();
}

bool all_started(const Observation& observation, const Members& group) {
  return !group.empty() && std::all_of(group.begin(), group.end(), [&](base::NodeId node) {
    return observation.at(node).started;
  });
}

}  // namespace

bool Condition::Node::holds(const Observation& observation, const Counters& counters) const {
  switch (kind) {
    case Kind::Constant:
      return bound != 0;
    case Kind::Agreed:
      return observation.agreed(group);
    case Kind::AllAgreed:
      return observation.agreed(observation.cluster_members(cluster));
    case Kind::Joined:
      return all_joined(observation, group);
    case Kind::Started:
      return all_started(observation, group);
    case Kind::ViewIs:
      return view_matches(observation, member, group);
    case Kind::Alone:
      return view_matches(observation, member, {member});
    case Kind::Live:
      return observation.at(member).is_live();
    case Kind::Masters:
      return compare(observation.masters(cluster), relation, bound);
    case Kind::Islands:
      return compare(observation.islands(cluster), relation, bound);
    case Kind::Size:
      return compare(observation.at(member).view.size(), relation, bound);
    case Kind::Messages:
      return compare(counters.messages_sent(words), relation, bound);
    case Kind::Availability:
      return compare(counters.agreement_availability_ppm(), relation, bound);
    case Kind::Clients:
      return compare(counters.client_availability_ppm(), relation, bound);
    case Kind::GoalMissed:
      return is_missed(static_cast<Goal>(bound), observation, cluster);
    case Kind::And:
      return left->holds(observation, counters) && right->holds(observation, counters);
    case Kind::Or:
      return left->holds(observation, counters) || right->holds(observation, counters);
    case Kind::Not:
      return !left->holds(observation, counters);
  }
  SPLITSCOPE_UNREACHABLE();
}

std::string Condition::Node::to_text() const {
  switch (kind) {
    case Kind::Constant:
      return bound != 0 ? "true" : "false";
    case Kind::Agreed:
      return fmt::format("{} agreed", words);
    case Kind::AllAgreed:
      return "all live members agreed";
    case Kind::Joined:
      return fmt::format("{} joined", words);
    case Kind::Started:
      return fmt::format("{} started", words);
    case Kind::ViewIs:
      return words;
    case Kind::Alone:
      return fmt::format("{} alone", words);
    case Kind::Live:
      return fmt::format("{} live", words);
    case Kind::Masters:
      return fmt::format("masters {} {}", relation_words(relation), bound);
    case Kind::Islands:
      return fmt::format("islands {} {}", relation_words(relation), bound);
    case Kind::Size:
      return fmt::format("size of {}'s view {} {}", words, relation_words(relation), bound);
    case Kind::Messages:
      return fmt::format("{} messages {} {}", words, relation_words(relation), bound);
    case Kind::Availability:
      return fmt::format("agreement availability {} {}.{:04}%", relation_words(relation),
                         bound / 10'000, bound % 10'000);
    case Kind::Clients:
      return fmt::format("client availability {} {}.{:04}%", relation_words(relation),
                         bound / 10'000, bound % 10'000);
    case Kind::GoalMissed:
      return std::string(scenarios::describe(static_cast<Goal>(bound)));
    case Kind::And:
      return fmt::format("({} and {})", left->to_text(), right->to_text());
    case Kind::Or:
      return fmt::format("({} or {})", left->to_text(), right->to_text());
    case Kind::Not:
      return fmt::format("not {}", left->to_text());
  }
  SPLITSCOPE_UNREACHABLE();
}

void Condition::Node::mentioned(const Observation& observation, Members& members) const {
  switch (kind) {
    case Kind::Agreed:
    case Kind::Joined:
    case Kind::Started:
      members.insert(members.end(), group.begin(), group.end());
      break;
    case Kind::ViewIs:
    case Kind::Alone:
    case Kind::Size:
    case Kind::Live:
      members.push_back(member);
      break;
    case Kind::AllAgreed:
    case Kind::Masters:
    case Kind::GoalMissed:
    case Kind::Islands: {
      const Members all = observation.cluster_members(cluster);
      members.insert(members.end(), all.begin(), all.end());
      break;
    }
    default:
      break;
  }
  if (left != nullptr) left->mentioned(observation, members);
  if (right != nullptr) right->mentioned(observation, members);
}

using Node = Condition::Node;

Condition Condition::agreed(Members group, std::string words) {
  Node node{.kind = Node::Kind::Agreed, .group = std::move(group)};
  node.words = std::move(words);
  return Condition(std::make_shared<const Node>(std::move(node)));
}

Condition Condition::all_agreed(std::uint32_t cluster) {
  Node node{.kind = Node::Kind::AllAgreed};
  node.cluster = cluster;
  return Condition(std::make_shared<const Node>(std::move(node)));
}

Condition Condition::joined(Members group, std::string words) {
  Node node{.kind = Node::Kind::Joined, .group = std::move(group)};
  node.words = std::move(words);
  return Condition(std::make_shared<const Node>(std::move(node)));
}

Condition Condition::started(Members group, std::string words) {
  Node node{.kind = Node::Kind::Started, .group = std::move(group)};
  node.words = std::move(words);
  return Condition(std::make_shared<const Node>(std::move(node)));
}

Condition Condition::view_is(base::NodeId member, std::vector<base::NodeId> order,
                             std::string words) {
  Node node{.kind = Node::Kind::ViewIs, .group = std::move(order), .member = member};
  node.words = std::move(words);
  return Condition(std::make_shared<const Node>(std::move(node)));
}

Condition Condition::alone(base::NodeId member, std::string words) {
  Node node{.kind = Node::Kind::Alone, .member = member};
  node.words = std::move(words);
  return Condition(std::make_shared<const Node>(std::move(node)));
}

Condition Condition::live(base::NodeId member, std::string words) {
  Node node{.kind = Node::Kind::Live, .member = member};
  node.words = std::move(words);
  return Condition(std::make_shared<const Node>(std::move(node)));
}

Condition Condition::masters_compare(std::uint32_t cluster, char relation, std::uint32_t bound) {
  Node node{.kind = Node::Kind::Masters, .cluster = cluster, .relation = relation, .bound = bound};
  return Condition(std::make_shared<const Node>(std::move(node)));
}

Condition Condition::islands_compare(std::uint32_t cluster, char relation, std::uint32_t bound) {
  Node node{.kind = Node::Kind::Islands, .cluster = cluster, .relation = relation, .bound = bound};
  return Condition(std::make_shared<const Node>(std::move(node)));
}

Condition Condition::size_compare(base::NodeId member, char relation, std::uint32_t bound,
                                  std::string words) {
  Node node{.kind = Node::Kind::Size, .member = member, .relation = relation, .bound = bound};
  node.words = std::move(words);
  return Condition(std::make_shared<const Node>(std::move(node)));
}

Condition Condition::messages_compare(std::string type, char relation, std::uint64_t bound) {
  Node node{.kind = Node::Kind::Messages, .relation = relation, .bound = bound};
  node.words = std::move(type);
  return Condition(std::make_shared<const Node>(std::move(node)));
}

Condition Condition::availability_compare(char relation, std::uint64_t ppm) {
  Node node{.kind = Node::Kind::Availability, .relation = relation, .bound = ppm};
  return Condition(std::make_shared<const Node>(std::move(node)));
}

Condition Condition::clients_compare(char relation, std::uint64_t ppm) {
  Node node{.kind = Node::Kind::Clients, .relation = relation, .bound = ppm};
  return Condition(std::make_shared<const Node>(std::move(node)));
}

Condition Condition::goal_missed(std::uint32_t cluster, Goal goal) {
  Node node{.kind = Node::Kind::GoalMissed, .cluster = cluster};
  node.bound = static_cast<std::uint64_t>(goal);
  return Condition(std::make_shared<const Node>(std::move(node)));
}

Condition Condition::constant(bool value) {
  Node node{.kind = Node::Kind::Constant, .bound = value ? 1u : 0u};
  return Condition(std::make_shared<const Node>(std::move(node)));
}

Condition Condition::operator&(const Condition& other) const {
  Node node{.kind = Node::Kind::And};
  node.left = node_;
  node.right = other.node_;
  return Condition(std::make_shared<const Node>(std::move(node)));
}

Condition Condition::operator|(const Condition& other) const {
  Node node{.kind = Node::Kind::Or};
  node.left = node_;
  node.right = other.node_;
  return Condition(std::make_shared<const Node>(std::move(node)));
}

Condition Condition::operator~() const {
  Node node{.kind = Node::Kind::Not};
  node.left = node_;
  return Condition(std::make_shared<const Node>(std::move(node)));
}

bool Condition::holds(const Observation& observation, const Counters& counters) const {
  return node_->holds(observation, counters);
}

std::string Condition::to_text() const {
  return node_->to_text();
}

std::string Condition::explain(const Observation& observation) const {
  Members members;
  node_->mentioned(observation, members);
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  std::string text;
  for (const base::NodeId node : members) {
    const MemberState& member = observation.at(node);
    if (!text.empty()) text += "; ";
    text += describe(observation, member);
  }
  return text.empty() ? "nothing else is known" : text;
}

}  // namespace splitscope::scenarios
