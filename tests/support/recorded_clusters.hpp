// Replays of recorded clusters and how they are held against the recordings. What the simulated
// members do must lie where data/recorded_clusters.csv lies; times may lie outside by Slack, since
// few repetitions were recorded, on a busy machine.
#pragma once

#include <algorithm>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/support/cluster_lab.hpp"

namespace splitscope::tests {

using namespace std::chrono_literals;
using schemes::Engine;
using Numbers = std::vector<std::uint32_t>;

inline constexpr double SlackMs =
    1000;  // one poll of a joiner, by which the recorded times are quantised
inline constexpr double SlackPart = 0.12;
// Halves merge at the next tick of the loser's master, whose phase a recording drew a few times
// only.
inline constexpr double MergeTickMs = 10'000;
inline constexpr double Never = -1;

// What a replay measured: times in ms (Never = it did not happen) and texts.
struct Measured {
  std::multimap<std::string, double> times;
  std::map<std::string, std::string> texts;
  void time(const std::string& metric, std::optional<double> ms) {
    times.emplace(metric, ms.value_or(Never));
  }
};

struct Recorded {
  std::string metric;
  int values = 0;
  int never = 0;
  double min = 0;
  double max = 0;
  bool has_times = false;
  std::vector<std::string> texts;
};

inline std::vector<std::string> split(const std::string& text, const std::string& separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string::npos) return parts;
    begin = end + separator.size();
  }
}

inline std::vector<Recorded> recorded(const std::string& label, Engine engine) {
  std::ifstream file(SPLITSCOPE_TEST_DATA "/scenarios/kit/data/recorded_clusters.csv");
  REQUIRE(file.good());
  std::vector<Recorded> result;
  std::string line;
  while (std::getline(file, line)) {
    const std::vector<std::string> fields = split(line, "\t");
    if (fields.size() != 8 || fields[0] != label || fields[1] != schemes::to_text(engine)) continue;
    Recorded row{
        .metric = fields[2], .values = std::stoi(fields[3]), .never = std::stoi(fields[4])};
    row.has_times = !fields[5].empty();
    if (row.has_times) {
      row.min = std::stod(fields[5]);
      row.max = std::stod(fields[6]);
    }
    if (!fields[7].empty()) row.texts = split(fields[7], " ; ");
    result.push_back(row);
  }
  return result;
}

// "n1:n1>n2 | n2:n1>n2" as member -> what it sees; a text without a colon is one anonymous view.
inline std::map<std::string, std::string> by_member(const std::string& views) {
  std::map<std::string, std::string> result;
  for (const std::string& part : split(views, " | ")) {
    const std::size_t colon = part.find(':');
    if (colon == std::string::npos) {
      result[""] = part;
    } else {
      result[part.substr(0, colon)] = part.substr(colon + 1);
    }
  }
  return result;
}

inline std::set<std::string> as_set(const std::string& view) {
  const std::vector<std::string> members = split(view, ">");
  return {members.begin(), members.end()};
}

// Orders of admission differ from run to run, so views are compared as sets; the master must be the
// recorded one where all repetitions agree on it; members that see each other must see one order.
inline void check_views(const std::vector<std::string>& recorded_texts, const std::string& seen) {
  const auto views = by_member(seen);
  std::set<std::map<std::string, std::set<std::string>>> allowed;
  std::map<std::string, std::set<std::string>> masters;
  for (const std::string& text : recorded_texts) {
    std::map<std::string, std::set<std::string>> sets;
    for (const auto& [member, view] : by_member(text)) {
      sets[member] = as_set(view);
      masters[member].insert(split(view, ">").front());
    }
    allowed.insert(sets);
  }
  std::map<std::string, std::set<std::string>> seen_sets;
  std::map<std::set<std::string>, std::string> order;
  for (const auto& [member, view] : views) {
    seen_sets[member] = as_set(view);
    const auto [entry, is_new] = order.try_emplace(as_set(view), view);
    CHECK(entry->second == view);
    if (recorded_texts.size() > 1 && masters[member].size() == 1) {
      CHECK(split(view, ">").front() == *masters[member].begin());
    }
  }
  CHECK(allowed.contains(seen_sets));
}

inline void check_time(const Recorded& row, double ms) {
  if (ms == Never) {
    CHECK(row.never > 0);
    return;
  }
  if (!row.has_times) {
    FAIL_CHECK("it was never recorded to happen, but did after " << ms << " ms");
    return;
  }
  double slack = std::max(SlackMs, row.max * SlackPart);
  if (row.metric == "heal_to_one_view_ms") slack = std::max(slack, MergeTickMs);
  INFO("recorded " << row.min << " to " << row.max << " ms, here " << ms << " ms");
  CHECK(ms >= row.min - slack);
  CHECK(ms <= row.max + slack);
}

inline bool is_views(const std::string& metric) {
  return metric.find("view") != std::string::npos && metric.find("change") == std::string::npos &&
         metric.find("others") == std::string::npos;
}

using Replay = std::function<Measured(Engine, std::uint64_t seed)>;

inline void compare_with_recording(const std::string& label, const Replay& replay,
                                   std::uint64_t seeds = 4) {
  for (const Engine engine : {Engine::Hz312, Engine::Hz53}) {
    const std::vector<Recorded> rows = recorded(label, engine);
    if (rows.empty()) continue;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      INFO(label << " " << schemes::to_text(engine) << " seed " << seed);
      const Measured measured = replay(engine, seed);
      std::size_t compared = 0;
      for (const Recorded& row : rows) {
        INFO(row.metric);
        const auto [first, last] = measured.times.equal_range(row.metric);
        for (auto entry = first; entry != last; ++entry, ++compared) check_time(row, entry->second);
        const auto text = measured.texts.find(row.metric);
        if (text == measured.texts.end()) continue;
        ++compared;
        INFO("here: " << text->second);
        if (is_views(row.metric)) {
          check_views(row.texts, text->second);
        } else {
          CHECK(std::find(row.texts.begin(), row.texts.end(), text->second) != row.texts.end());
        }
      }
      CHECK(compared > 0);
    }
  }
}

inline LabOptions options(Engine engine, std::uint64_t seed, std::uint32_t members,
                          Numbers well_known, Properties properties = {}) {
  LabOptions result;
  result.engine = engine;
  result.seed = seed;
  result.members = members;
  result.well_known = std::move(well_known);
  result.properties = std::move(properties);
  return result;
}

inline Numbers up_to(std::uint32_t count) {
  Numbers numbers;
  for (std::uint32_t number = 1; number <= count; ++number) numbers.push_back(number);
  return numbers;
}

// Started one after another, each after the one before has STARTED.
inline Measured start_in_sequence(const LabOptions& lab_options) {
  ClusterLab lab(lab_options);
  Measured measured;
  const base::Instant begin = lab.now();
  for (const std::uint32_t number : up_to(lab_options.members)) {
    lab.start({number});
    measured.time("join_ms", lab.until_started(number, 60s));
  }
  REQUIRE(lab.until_agreed(up_to(lab_options.members), 60s));
  measured.time("all_agree_ms", lab.since(begin));
  measured.texts["views_at_end"] = lab.views(up_to(lab_options.members));
  return measured;
}

inline Measured start_together(const LabOptions& lab_options) {
  ClusterLab lab(lab_options);
  Measured measured;
  const base::Instant begin = lab.now();
  const Numbers all = up_to(lab_options.members);
  lab.start(all);
  const bool agreed = lab.until_agreed(all, 60s);
  INFO(lab.views(all));
  CHECK(agreed);
  measured.time("all_agree_ms", lab.since(begin));
  lab.run(5s);
  for (const std::uint32_t number : all) {
    measured.time("join_ms", lab.started_after(number, begin));
  }
  measured.texts["views_at_end"] = lab.views(all);
  return measured;
}

// The times of a loss, as each survivor sees it.
inline void measure_loss(ClusterLab& lab, Measured& measured, const Numbers& survivors,
                         const Numbers& lost, base::Instant fault, bool master_lost,
                         const std::string& prefix = "") {
  for (const std::uint32_t survivor : survivors) {
    for (const std::uint32_t victim : lost) {
      measured.time(prefix + "detect_ms", lab.removed_after(survivor, victim, fault));
    }
    if (master_lost) {
      measured.time(prefix + "master_switch_ms", lab.master_changed_after(survivor, fault));
    }
  }
}

inline Measured lose_members(const LabOptions& lab_options, FaultKind kind, const Numbers& lost) {
  ClusterLab lab(lab_options);
  REQUIRE(lab.form(up_to(lab_options.members)));
  // A shutdown takes the time that moving data takes.
  if (kind == FaultKind::Stop) REQUIRE(lab.probe());
  Measured measured;
  const base::Instant fault = lab.now();
  lab.apply(kind, {lost});
  Numbers survivors;
  for (const std::uint32_t number : up_to(lab_options.members)) {
    if (std::find(lost.begin(), lost.end(), number) == lost.end()) survivors.push_back(number);
  }
  if (lab.until_agreed(survivors, 60s)) measured.time("agree_ms", lab.since(fault));
  measure_loss(lab, measured, survivors, lost, fault, lost.front() == 1);
  return measured;
}

inline Measured split_and_heal(const LabOptions& lab_options, const Numbers& a, const Numbers& b,
                               base::Duration hold_at_most, base::Duration watch) {
  ClusterLab lab(lab_options);
  REQUIRE(lab.form(up_to(lab_options.members)));
  Measured measured;
  const auto name = [](const Numbers& side) {
    std::string text;
    for (const std::uint32_t number : side)
      text += (text.empty() ? "n" : "+n") + std::to_string(number);
    return "side_" + text + ".";
  };
  const base::Instant cut_at = lab.now();
  const auto cut = lab.apply(FaultKind::Partition, {a, b});
  if (lab.until_agreed(a, hold_at_most)) measured.time(name(a) + "agree_ms", lab.since(cut_at));
  const bool b_agreed_already = lab.world().observation().agreed([&] {
    scenarios::Members members;
    for (const std::uint32_t number : b) members.push_back(ClusterLab::node(number));
    return members;
  }());
  CHECK(lab.until_agreed(b, hold_at_most));
  if (!b_agreed_already) measured.time(name(b) + "agree_ms", lab.since(cut_at));
  measure_loss(lab, measured, a, b, cut_at, false, name(a));
  measure_loss(lab, measured, b, a, cut_at, true, name(b));
  lab.run(12s);
  measured.texts["split_views"] = lab.views(up_to(lab_options.members));
  if (hold_at_most > 60s) lab.run(hold_at_most - (lab.now() - cut_at));
  const base::Instant healed = lab.now();
  lab.heal(cut);
  measured.time("heal_to_one_view_ms", lab.until_agreed(up_to(lab_options.members), watch)
                                           ? std::optional(lab.since(healed))
                                           : std::nullopt);
  measured.texts["view_at_end"] = lab.views(up_to(lab_options.members));
  return measured;
}

}  // namespace splitscope::tests
