#include "scenarios/compare/findings.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/base/duration_text.hpp"
#include "scenarios/compare/value_text.hpp"
#include "scenarios/import/member_list.hpp"

namespace splitscope::scenarios {

namespace {

constexpr std::size_t ScenariosNamedMax = 4;

struct Share {
  std::size_t part = 0;
  std::size_t whole = 0;
  std::int64_t ppm() const {
    return whole == 0 ? 0 : static_cast<std::int64_t>(part * 1'000'000 / whole);
  }
};
std::string to_text(const Share& share) {
  return fmt::format("{} of {}", share.part, share.whole);
}

Share not_formed(const CellSummary& cell) {
  return {cell.not_formed, cell.runs};
}
Share never_merged(const CellSummary& cell) {
  const Distribution& merge = cell.of(Metric::Merge).distribution;
  return {merge.never, merge.count};
}
Share never_elected(const CellSummary& cell) {
  const Distribution& elect = cell.of(Metric::Elect).distribution;
  return {elect.never, elect.count};
}
Share two_masters(const CellSummary& cell) {
  return {cell.two_masters, cell.runs};
}
Share not_discovered(const CellSummary& cell) {
  const MetricSummary& discovery = cell.of(Metric::Discovery);
  const std::size_t count = discovery.distribution.count;
  // The mean of ones and noughts; rounding it up again gives the count back.
  const auto found = (static_cast<std::uint64_t>(discovery.mean) * count + 999'999) / 1'000'000;
  return {count - static_cast<std::size_t>(found), count};
}

// A thing that should not happen in a run.
struct Trouble {
  const char* words;
  Share (*share)(const CellSummary&);
  Gravity worst;
};
constexpr Trouble Troubles[] = {
    {"the cluster did not form in time", not_formed, Gravity::Bad},
    {"the members never came back to one list", never_merged, Gravity::Bad},
    {"the survivors never agreed on a live master", never_elected, Gravity::Bad},
    {"a newcomer did not find the cluster", not_discovered, Gravity::Bad},
    {"two members were master at once although they could reach each other", two_masters,
     // Clusters that meet after a heal have two masters until they merge.
     Gravity::Warning},
};

class Finder {
 public:
  explicit Finder(const Comparison& comparison) : comparison_(comparison), plan_(comparison.plan) {}

  std::vector<Finding> find() {
    if (comparison_.summaries.empty()) return {};
    find_failed_runs();
    find_sole_well_known();
    for (std::size_t scheme = 0; scheme < plan_.schemes.size(); ++scheme) {
      for (const Trouble& trouble : Troubles) find_trouble(scheme, trouble);
    }
    for (std::size_t scheme = 1; scheme < plan_.schemes.size(); ++scheme) find_gap(scheme);
    find_unexposed();
    return finish();
  }

 private:
  const CellSummary& cell(std::size_t scenario, std::size_t scheme) const {
    return comparison_.summaries[scenario][scheme];
  }
  void add(Gravity gravity, std::string text, std::string scenario, std::string scheme) {
    findings_.push_back({gravity, std::move(text), std::move(scenario), std::move(scheme)});
  }

  void find_failed_runs() {
    for (std::size_t i = 0; i < plan_.scenarios.size(); ++i) {
      for (std::size_t scheme = 0; scheme < plan_.schemes.size(); ++scheme) {
        const CellSummary& summary = cell(i, scheme);
        if (summary.errors == 0) continue;
        const Share share{summary.errors, summary.errors + summary.runs};
        add(Gravity::Bad,
            fmt::format("{} runs of {} with {} could not be carried out and count nowhere: {}",
                        to_text(share), plan_.scenarios[i].name, plan_.schemes[scheme].name,
                        summary.first_error),
            plan_.scenarios[i].name, plan_.schemes[scheme].name);
      }
    }
  }

  // One sentence for each scheme and trouble, with the scenarios where it happens often.
  void find_trouble(std::size_t scheme, const Trouble& trouble) {
    struct Hit {
      Share share;
      const ScenarioText* scenario;
    };
    std::vector<Hit> hits;
    for (std::size_t i = 0; i < plan_.scenarios.size(); ++i) {
      const Share share = trouble.share(cell(i, scheme));
      if (share.part > 0 && share.ppm() >= OftenPpm) hits.push_back({share, &plan_.scenarios[i]});
    }
    if (hits.empty()) return;
    std::ranges::stable_sort(
        hits, [](const Hit& a, const Hit& b) { return a.share.ppm() > b.share.ppm(); });
    std::vector<std::string> where;
    for (const Hit& hit : hits) {
      if (where.size() == ScenariosNamedMax) break;
      where.push_back(fmt::format("{} ({} runs)", hit.scenario->name, to_text(hit.share)));
    }
    std::string text = fmt::format("With {}, {} in {}", plan_.schemes[scheme].name, trouble.words,
                                   fmt::join(where, ", "));
    if (hits.size() > where.size()) {
      text += fmt::format(" and {} more scenarios", hits.size() - where.size());
    }
    const bool is_mostly = hits.front().share.ppm() >= MostlyPpm;
    add(is_mostly ? trouble.worst : Gravity::Warning, text + ".",
        hits.size() == 1 ? hits.front().scenario->name : "", plan_.schemes[scheme].name);
  }

  // The reader's own file has one well-known member, and listing a second mends what goes wrong.
  void find_sole_well_known() {
    const schemes::ClusterConfig& own = plan_.schemes.front().cluster.config;
    if (own.scheme != schemes::SchemeKind::Wka) return;
    const auto listed = listed_members(own.wka.members);
    const auto two = scheme_named("n1 and n2");
    if (listed.size() != 1 || !two.has_value()) return;
    for (std::size_t i = 0; i < plan_.scenarios.size(); ++i) {
      const Share one_share = never_merged(cell(i, 0));
      const Share two_share = never_merged(cell(i, *two));
      const bool is_mended = two_share.whole > 0 && two_share.ppm() < OftenPpm;
      if (one_share.ppm() < MostlyPpm || !is_mended) continue;
      add(Gravity::Bad,
          fmt::format("In your file {} is the only well-known member: in {} the members never "
                      "came back to one list in {} runs; with n2 listed too, in {}. List n2 too.",
                      listed.front().host, plan_.scenarios[i].name, to_text(one_share),
                      to_text(two_share)),
          plan_.scenarios[i].name, plan_.schemes.front().name);
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
           "", ""});
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
