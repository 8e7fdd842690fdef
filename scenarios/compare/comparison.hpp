// A comparison as data: what is compared, what every run yielded, and what that amounts to. Made by
// plan.hpp and run_comparison.hpp; read by the writers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/compare/outcome.hpp"
#include "scenarios/compare/prices.hpp"
#include "scenarios/compare/summary_types.hpp"
#include "scenarios/kit/world.hpp"

namespace splitscope::scenarios {

// One way to find the cluster, on the user's configuration otherwise.
struct SchemeVariant {
  std::string name;  // "your list", "n1 only", "n1 and n2", "multicast"
  ClusterSpec cluster;
};

struct ScenarioText {
  std::string name;   // "master_killed"
  std::string title;  // what it shows, in a sentence; may be empty
  std::string path;   // for messages and replay commands
  std::string text;   // the script
  bool is_of_library = true;
};

struct ComparisonPlan {
  std::vector<std::string> sources;       // the user's files, as given
  std::vector<std::string> placeholders;  // names that were given a value; values may be secret
  std::vector<SchemeVariant> schemes;     // the first is the reference of paired differences
  bool is_of_some_schemes = false;        // the user chose them
  std::vector<ScenarioText> scenarios;
  std::vector<std::uint64_t> seeds;
  std::uint32_t members = 3;
  NetworkSpec network;
  std::string site = "lan";
  Prices prices;
  std::string prices_path;  // empty: none were given
  base::Duration window{};
  // The fault's moment is drawn uniformly over this: one merge.next.run.delay.
  base::Duration fault_phase{};
  base::Duration formation_limit = std::chrono::seconds{120};
  // How long a newcomer has to join; the largest bound of the schemes.
  base::Duration join_bound{};
  std::vector<std::string> assumptions;  // sentences
};

struct Comparison {
  ComparisonPlan plan;
  // outcomes[scenario][scheme][seed], by the plan's order.
  std::vector<std::vector<std::vector<RunOutcome>>> outcomes;
  // summaries[scenario][scheme]
  std::vector<std::vector<CellSummary>> summaries;
  std::vector<Finding> findings;  // the gravest first
};

}  // namespace splitscope::scenarios
