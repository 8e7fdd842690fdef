#include "scenarios/compare/findings.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/base/duration_text.hpp"
#include "scenarios/compare/replay.hpp"
#include "scenarios/compare/troubles.hpp"
#include "scenarios/compare/value_text.hpp"
#include "scenarios/import/member_list.hpp"

namespace splitscope::scenarios {

namespace {

constexpr std::size_t ScenariosNamedMax = 4;

std::string to_text(const TroubleCount& count) {
  return fmt::format("{} of {}", count.part, count.whole);
}

// "a", "a and b", "a, b and c".
std::string enumerated(const std::vector<std::string>& parts, std::string_view last) {
  if (parts.size() < 2) return parts.empty() ? "" : parts.front();
  return fmt::format("{} {} {}", fmt::join(parts.begin(), parts.end() - 1, ", "), last,
                     parts.back());
}

// Where a trouble happens often under one scheme.
struct Hit {
  TroubleCount count;
  std::size_t scenario = 0;
};

class Finder {
 public:
  explicit Finder(const Comparison& comparison) : comparison_(comparison), plan_(comparison.plan) {}

  std::vector<Finding> find() {
    if (comparison_.summaries.empty()) return {};
    find_failed_runs();
    find_sole_well_known();
    for (std::size_t scheme = 0; scheme < plan_.schemes.size(); ++scheme) {
      for (const Trouble& trouble : trouble_table()) find_trouble(scheme, trouble);
    }
    for (std::size_t scheme = 1; scheme < plan_.schemes.size(); ++scheme) find_gap(scheme);
    find_unexposed();
    return finish();
  }

 private:
  const CellSummary& cell(std::size_t scenario, std::size_t scheme) const {
    return comparison_.summaries[scenario][scheme];
  }
  std::span<const RunOutcome> runs(std::size_t scenario, std::size_t scheme) const {
    return comparison_.outcomes[scenario][scheme];
  }
  void add(Gravity gravity, std::string text, std::string scenario, std::string scheme) {
    findings_.push_back({gravity, std::move(text), std::move(scenario), std::move(scheme), ""});
  }

  void find_failed_runs() {
    for (std::size_t i = 0; i < plan_.scenarios.size(); ++i) {
      for (std::size_t scheme = 0; scheme < plan_.schemes.size(); ++scheme) {
        const CellSummary& summary = cell(i, scheme);
        if (summary.errors == 0) continue;
        const TroubleCount share{summary.errors, summary.errors + summary.runs};
        add(Gravity::Bad,
            fmt::format("{} runs of {} with {} could not be carried out and count nowhere: {}",
                        to_text(share), plan_.scenarios[i].name, plan_.schemes[scheme].name,
                        summary.first_error),
            plan_.scenarios[i].name, plan_.schemes[scheme].name);
      }
    }
  }

  // One sentence for each scheme and trouble, with the scenarios where it happens often, the
  // schemes that are spared, and the run to look at.
  void find_trouble(std::size_t scheme, const Trouble& trouble) {
    std::vector<Hit> hits;
    for (std::size_t i = 0; i < plan_.scenarios.size(); ++i) {
      const TroubleCount count = count_trouble(runs(i, scheme), trouble);
      if (count.gravity(trouble).has_value()) hits.push_back({count, i});
    }
    if (hits.empty()) return;
    std::ranges::stable_sort(
        hits, [](const Hit& a, const Hit& b) { return a.count.ppm() > b.count.ppm(); });
    const Hit& worst = hits.front();
    add(*worst.count.gravity(trouble),
        fmt::format("With {}, {} in {}.{}", plan_.schemes[scheme].name, trouble.words, places(hits),
                    spared(hits, trouble)),
        hits.size() == 1 ? plan_.scenarios[worst.scenario].name : "", plan_.schemes[scheme].name);
    findings_.back().replay = cell_command(plan_, worst.scenario, scheme, worst.count.first);
  }

  // "a and b (200 of 200 runs each)", "a (200 of 200 runs), b (3 of 200 runs) and 2 more
  // scenarios".
  std::string places(const std::vector<Hit>& hits) const {
    const std::size_t shown = std::min(hits.size(), ScenariosNamedMax);
    const TroubleCount& first = hits.front().count;
    const bool is_alike = std::ranges::all_of(hits, [&](const Hit& hit) {
      return hit.count.part == first.part && hit.count.whole == first.whole;
    });
    std::vector<std::string> where;
    for (std::size_t i = 0; i < shown; ++i) {
      const std::string& name = plan_.scenarios[hits[i].scenario].name;
      where.push_back(is_alike ? name : fmt::format("{} ({} runs)", name, to_text(hits[i].count)));
    }
    if (shown < hits.size()) {
      const std::size_t more = hits.size() - shown;
      where.push_back(fmt::format("{} more scenario{}", more, more == 1 ? "" : "s"));
    }
    std::string text = enumerated(where, "and");
    if (is_alike) text += fmt::format(" ({} runs{})", to_text(first), shown > 1 ? " each" : "");
    return text;
  }

  // The schemes with which it never happened where it did with this one.
  std::string spared(const std::vector<Hit>& hits, const Trouble& trouble) const {
    std::vector<std::string> names;
    for (std::size_t other = 0; other < plan_.schemes.size(); ++other) {
      const bool is_spared = std::ranges::all_of(hits, [&](const Hit& hit) {
        const TroubleCount count = count_trouble(runs(hit.scenario, other), trouble);
        return count.whole > 0 && count.part == 0;
      });
      if (is_spared) names.push_back(plan_.schemes[other].name);
    }
    if (names.empty()) return {};
    return fmt::format(" It never happened there with {}.", enumerated(names, "or"));
  }

  // The reader's own file has one well-known member, and listing a second mends what goes wrong.
  void find_sole_well_known() {
    const schemes::ClusterConfig& own = plan_.schemes.front().cluster.config;
    if (own.scheme != schemes::SchemeKind::Wka) return;
    const auto listed = listed_members(own.wka.members);
    const auto two = scheme_named("n1 and n2");
    if (listed.size() != 1 || !two.has_value()) return;
    const Trouble& never_merged = trouble_table().front();
    for (std::size_t i = 0; i < plan_.scenarios.size(); ++i) {
      const TroubleCount with_one = count_trouble(runs(i, 0), never_merged);
      const TroubleCount with_two = count_trouble(runs(i, *two), never_merged);
      const bool is_mended = with_two.whole > 0 && with_two.ppm() < OftenPpm;
      if (with_one.ppm() < MostlyPpm || !is_mended) continue;
      add(Gravity::Bad,
          fmt::format("In your file {} is the only well-known member: in {} the members never "
                      "came back to one list in {} runs; with n2 listed too, in {}. List n2 too.",
                      listed.front().host, plan_.scenarios[i].name, to_text(with_one),
                      to_text(with_two)),
          plan_.scenarios[i].name, plan_.schemes.front().name);
      findings_.back().replay = cell_command(plan_, i, 0, with_one.first);
      return;
    }
  }

  // Agreement against the first scheme: scenarios that are better, and those that are worse.
  void find_gap(std::size_t scheme) {
    std::vector<std::string> better;
    std::vector<std::string> worse;
    for (std::size_t i = 0; i < plan_.scenarios.size(); ++i) {
      const MetricSummary& agreement = cell(i, scheme).of(Metric::Agreement);
      if (!agreement.difference.has_value() || agreement.difference->is_no_difference()) continue;
      const std::int64_t mean = agreement.difference->mean;
      if (std::max(mean, -mean) < GapPpm) continue;
      (mean > 0 ? better : worse)
          .push_back(fmt::format("{} {}", plan_.scenarios[i].name,
                                 difference_text(agreement, MetricUnit::PartsPerMillion)));
    }
    const std::string& name = plan_.schemes[scheme].name;
    const std::string& first = plan_.schemes.front().name;
    if (!better.empty()) {
      add(Gravity::Note,
          fmt::format("Members agree more with {} than with {}: {}.", name, first,
                      fmt::join(better, "; ")),
          "", name);
    }
    if (!worse.empty()) {
      add(Gravity::Note,
          fmt::format("Members agree less with {} than with {}: {}.", name, first,
                      fmt::join(worse, "; ")),
          "", name);
    }
  }

  void find_unexposed() {
    for (std::size_t i = 0; i < plan_.scenarios.size(); ++i) {
      std::vector<std::string> untouched;
      std::size_t ran = 0;
      for (std::size_t scheme = 0; scheme < plan_.schemes.size(); ++scheme) {
        const CellSummary& summary = cell(i, scheme);
        if (summary.runs == 0) continue;
        ++ran;
        if (summary.not_exposed == summary.runs) untouched.push_back(plan_.schemes[scheme].name);
      }
      if (untouched.empty()) continue;
      const std::string& name = plan_.scenarios[i].name;
      if (untouched.size() == ran) {
        add(Gravity::Warning,
            fmt::format("The faults of {} touched nothing under any scheme: it says nothing.",
                        name),
            name, "");
      } else {
        add(Gravity::Note,
            fmt::format("{}: not exposed to {} (0 packets, processes, hosts and clocks touched).",
                        fmt::join(untouched, ", "), name),
            name, untouched.size() == 1 ? untouched.front() : "");
      }
    }
  }

  std::vector<Finding> finish() {
    std::ranges::stable_sort(findings_, {}, &Finding::gravity);
    const bool is_quiet = findings_.empty() || findings_.front().gravity > Gravity::Warning;
    if (is_quiet) {
      findings_.insert(
          findings_.begin(),
          {Gravity::Good, "No scheme got into trouble in more than 5 % of the runs of a scenario.",
           "", "", ""});
    }
    if (findings_.size() > FindingsMax) findings_.resize(FindingsMax);
    return std::move(findings_);
  }

  std::optional<std::size_t> scheme_named(std::string_view name) const {
    for (std::size_t i = 0; i < plan_.schemes.size(); ++i) {
      if (plan_.schemes[i].name == name) return i;
    }
    return std::nullopt;
  }

  const Comparison& comparison_;
  const ComparisonPlan& plan_;
  std::vector<Finding> findings_;
};

}  // namespace

std::string_view to_text(Gravity gravity) {
  switch (gravity) {
    case Gravity::Bad:
      return "bad";
    case Gravity::Warning:
      return "warning";
    case Gravity::Good:
      return "good";
    case Gravity::Note:
      return "note";
  }
  return "note";
}

std::vector<Finding> find_findings(const Comparison& comparison) {
  return Finder(comparison).find();
}

}  // namespace splitscope::scenarios
