#include "scenarios/replay/shared_facts.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

namespace splitscope::scenarios {
namespace {

using base::EventKind;

std::optional<SharedKind> kind_of(const HistoryEntry& entry) {
  switch (entry.kind) {
    case EventKind::MemberStarting:
      return SharedKind::Starting;
    case EventKind::MemberStarted:
      return SharedKind::Started;
    case EventKind::JoinFailed:
      return SharedKind::JoinFailed;
    case EventKind::ShutdownStarted:
      return SharedKind::ShuttingDown;
    case EventKind::MergeStarted:
      return SharedKind::MergeStarted;
    case EventKind::MergeFinished:
      return entry.succeeded ? SharedKind::Merged : SharedKind::MergeFailed;
    default:
      return std::nullopt;
  }
}

SharedFact view_fact(const HistoryEntry& entry) {
  SharedFact fact{.at = entry.at, .node = entry.node, .kind = SharedKind::View};
  fact.master = entry.view.front();
  fact.view = entry.view;
  std::sort(fact.view.begin(), fact.view.end());
  fact.view.erase(std::unique(fact.view.begin(), fact.view.end()), fact.view.end());
  return fact;
}

// Follows each member's view, and lets through those that last.
class Views {
 public:
  Views(base::Duration settle, std::vector<SharedFact>& facts) : settle_(settle), facts_(facts) {}

  void change(const SharedFact& view) {
    auto& held = held_[view.node];
    if (held.now.has_value() && held.now->is_same(view)) return;
    end(view.node, view.at);
    held.now = view;
  }
  // The member's view is over.
  void end(base::NodeId node, base::Instant at) {
    auto& held = held_[node];
    const bool has_lasted = held.now.has_value() && at - held.now->at >= settle_;
    // One that comes back after a view in passing was never gone.
    const bool is_new = has_lasted && !(held.before.has_value() && held.before->is_same(*held.now));
    if (has_lasted) held.before = held.now;
    if (is_new) facts_.push_back(*held.now);
    held.now.reset();
  }
  // A new process knows nothing of the old one's view.
  void forget(base::NodeId node, base::Instant at) {
    end(node, at);
    held_[node] = {};
  }
  void end_all(base::Instant at) {
    for (const auto& [node, held] : std::map(held_)) end(node, at);
  }

 private:
  struct Held {
    std::optional<SharedFact> now;
    std::optional<SharedFact> before;  // the last that lasted
  };
  base::Duration settle_;
  std::vector<SharedFact>& facts_;
  std::map<base::NodeId, Held> held_;
};

void count_ordinals(std::vector<SharedFact>& facts) {
  using Key = std::tuple<base::NodeId, SharedKind, Members, base::NodeId>;
  std::map<Key, std::uint32_t> seen;
  for (SharedFact& fact : facts) {
    fact.ordinal = ++seen[{fact.node, fact.kind, fact.view, fact.master}];
  }
}

}  // namespace

std::vector<SharedFact> shared_facts(const History& history, base::Duration settle,
                                     base::Instant end) {
  std::vector<SharedFact> facts;
  Views views(settle, facts);
  for (const HistoryEntry& entry : history.entries()) {
    if (entry.at > end) break;
    const bool is_new_process =
        entry.kind == EventKind::ProcessStarted || entry.kind == EventKind::ProcessExited;
    if (is_new_process) views.forget(entry.node, entry.at);
    if (entry.kind == EventKind::ViewChanged && !entry.view.empty()) {
      views.change(view_fact(entry));
    }
    const auto kind = kind_of(entry);
    if (kind.has_value()) facts.push_back({.at = entry.at, .node = entry.node, .kind = *kind});
  }
  views.end_all(end);
  std::stable_sort(facts.begin(), facts.end(),
                   [](const SharedFact& a, const SharedFact& b) { return a.at < b.at; });
  count_ordinals(facts);
  return facts;
}

std::string node_name(base::NodeId node) {
  return node == base::NoNode ? "somebody" : fmt::format("n{}", node.value + 1);
}

std::string to_text(const SharedFact& fact) {
  switch (fact.kind) {
    case SharedKind::Starting:
      return "is starting";
    case SharedKind::Started:
      return "has started";
    case SharedKind::JoinFailed:
      return "gave up joining";
    case SharedKind::ShuttingDown:
      return "is shutting down";
    case SharedKind::MergeStarted:
      return "begins to merge";
    case SharedKind::Merged:
      return "has merged";
    case SharedKind::MergeFailed:
      return "failed to merge";
    case SharedKind::View:
      break;
  }
  std::string text = "sees";
  for (const base::NodeId node : fact.view) text += " " + node_name(node);
  return text + ", master " + node_name(fact.master);
}

}  // namespace splitscope::scenarios
