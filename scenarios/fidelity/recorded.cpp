#include "scenarios/fidelity/recorded.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace splitscope::scenarios {
namespace {

constexpr std::size_t LinesMax = 100'000;
constexpr std::array<std::string_view, 5> Counts{
    "view_changes", "view_changes_during", "merging_during", "merged_during", "members_removed"};

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + separator.size());
  }
}

// scenario, version, metric, and the values, which hold no comma.
base::Result<void> read_line(std::string_view line, std::size_t number,
                             std::vector<RecordedScenario>& scenarios) {
  const std::vector<std::string_view> fields = split(line, ",");
  if (fields.size() != 4 || fields[0].empty() || fields[2].empty() || fields[3].empty()) {
    return base::failure(
        fmt::format("line {}: expected scenario,version,metric,values; make the file with "
                    "make_recorded.py",
                    number));
  }
  const auto is_same = [&](const RecordedScenario& scenario) {
    return scenario.label == fields[0] && scenario.version == fields[1];
  };
  if (scenarios.empty() || !is_same(scenarios.back())) {
    if (std::any_of(scenarios.begin(), scenarios.end(), is_same)) {
      return base::failure(
          fmt::format("line {}: {} {} comes twice; sort the lines", number, fields[0], fields[1]));
    }
    scenarios.push_back({std::string(fields[0]), std::string(fields[1]), {}});
  }
  RecordedMetric metric{std::string(fields[2]), {}};
  for (const std::string_view value : split(fields[3], " ; ")) metric.values.emplace_back(value);
  scenarios.back().metrics.push_back(std::move(metric));
  return {};
}

// "n1:n1>n2" -> "n1", { n1, n2 }; a text without a colon is one anonymous view.
struct OneView {
  std::string_view by;
  std::vector<std::string_view> members;
};

std::vector<OneView> views_of(std::string_view text) {
  std::vector<OneView> views;
  for (const std::string_view part : split(text, " | ")) {
    const std::size_t colon = part.find(':');
    OneView view;
    if (colon != std::string_view::npos) view.by = part.substr(0, colon);
    view.members = split(colon == std::string_view::npos ? part : part.substr(colon + 1), ">");
    views.push_back(std::move(view));
  }
  return views;
}

std::string joined(const std::vector<std::string>& parts) {
  return fmt::format("{}", fmt::join(parts, " "));
}

}  // namespace

MetricKind kind_of_metric(std::string_view name) {
  if (name.ends_with("_ms")) return MetricKind::Time;
  const bool counts = std::find(Counts.begin(), Counts.end(), name) != Counts.end();
  return counts ? MetricKind::Count : MetricKind::Outcome;
}

base::Result<std::vector<RecordedScenario>> read_recorded(std::string_view csv) {
  std::vector<RecordedScenario> scenarios;
  std::size_t number = 0;
  while (!csv.empty()) {
    const std::size_t end = csv.find('\n');
    std::string_view line = csv.substr(0, end);
    csv.remove_prefix(end == std::string_view::npos ? csv.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (++number > LinesMax) return base::failure(fmt::format("more than {} lines", LinesMax));
    if (number == 1 || line.empty()) continue;
    if (auto read = read_line(line, number, scenarios); !read.has_value()) {
      return std::unexpected(read.error());
    }
  }
  return scenarios;
}

bool is_views(std::string_view metric) {
  return metric.find("view") != std::string_view::npos && metric.find("change") == metric.npos &&
         kind_of_metric(metric) == MetricKind::Outcome;
}

std::string who_is_with_whom(std::string_view views) {
  std::vector<std::string> parts;
  for (OneView& view : views_of(views)) {
    std::sort(view.members.begin(), view.members.end());
    const std::string members = fmt::format("{{{}}}", fmt::join(view.members, " "));
    parts.push_back(view.by.empty() ? members : fmt::format("{}:{}", view.by, members));
  }
  return joined(parts);
}

std::string who_is_master(std::string_view views) {
  std::vector<std::string> parts;
  for (const OneView& view : views_of(views)) {
    parts.push_back(view.by.empty() ? std::string(view.members.front())
                                    : fmt::format("{}:{}", view.by, view.members.front()));
  }
  return joined(parts);
}

}  // namespace splitscope::scenarios
