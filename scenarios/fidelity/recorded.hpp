// What real clusters were recorded to do, by scenario and version. Hides the format of
// recorded.csv. Invariant: every metric has at least one value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"

namespace splitscope::scenarios {

// How a metric is held against its recording.
enum class MetricKind : std::uint8_t {
  Time,     // milliseconds, or that it never happened
  Count,    // how often something happened
  Outcome,  // words
};
// By its name: "..._ms" is a time.
MetricKind kind_of_metric(std::string_view name);

struct RecordedMetric {
  std::string name;
  std::vector<std::string> values;  // of all repetitions and nodes, in their order
  friend bool operator==(const RecordedMetric&, const RecordedMetric&) = default;
};

struct RecordedScenario {
  std::string label;
  std::string version;  // of Hazelcast: "5.3.8"
  std::vector<RecordedMetric> metrics;
};

// Errors name the line.
base::Result<std::vector<RecordedScenario>> read_recorded(std::string_view csv);

// A list of views, "n1:n1>n2 | n2:n1>n2" or "n1>n2", is two outcomes: who is with whom, and who is
// master. The order behind the master is that of admission, which is chance.
bool is_views(std::string_view metric);
// "n1:{n1 n2} n2:{n1 n2}"
std::string who_is_with_whom(std::string_view views);
// "n1:n1 n2:n1"
std::string who_is_master(std::string_view views);

}  // namespace splitscope::scenarios
