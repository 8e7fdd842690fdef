#include "scenarios/table/scheme_table.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scenarios/kit/worker_pool.hpp"
#include "scenarios/script/play.hpp"

namespace splitscope::scenarios {

namespace {

// Every cell of the rows, in their order.
template <typename AnyRow, typename Visit>
void for_each_cell(AnyRow& rows, Visit visit) {
  for (auto& row : rows) {
    visit(row.multicast);
    visit(row.wka);
    visit(row.cloud);
  }
}

TableCell blank_cell(const DocumentedCell& spec, const TableOptions& options) {
  TableCell cell{.documented = spec.documented, .evidence = {}};
  for (const EvidenceClaim& evidence : spec.evidence) {
    cell.evidence.push_back({.spec = evidence,
                             .first_seed = options.first_seed,
                             .outcome = "",
                             .shown_seed = options.first_seed});
  }
  return cell;
}

// What one run says.
struct Seen {
  bool is_as_said = false;
  std::string outcome;
  std::string error;
};

std::string words_of(const RunRecord& record) {
  if (!record.reasons.empty()) return record.reasons.front();
  std::vector<std::string> met;
  for (const Expectation& expectation : record.expectations) {
    if (expectation.decides) met.push_back(expectation.words);
  }
  return fmt::format("{}", fmt::join(met, "; "));
}

Seen play_once(const EvidenceClaim& evidence, const std::string& text, std::uint64_t seed) {
  RunSpec spec;
  spec.script_path = "scenarios/library/" + evidence.scenario + ".lua";
  spec.script = text;
  spec.seed = seed;
  spec.parameters = evidence.parameters;
  const Played played = play(spec, {});
  Seen seen;
  if (played.script.end == ScriptOutcome::End::Error) {
    seen.error = played.script.error;
    return seen;
  }
  seen.is_as_said = played.record.verdict == (evidence.wants_pass ? Verdict::Pass : Verdict::Fail);
  seen.outcome = words_of(played.record);
  return seen;
}

// One piece of evidence, its script, and what each seed showed.
struct Work {
  Evidence* evidence = nullptr;
  std::string text;
  std::vector<Seen> seen;
};

base::Result<void> conclude(Work& work) {
  Evidence& evidence = *work.evidence;
  evidence.runs = static_cast<std::uint32_t>(work.seen.size());
  for (std::size_t i = 0; i < work.seen.size(); ++i) {
    const Seen& seen = work.seen[i];
    if (!seen.error.empty()) return base::failure(seen.error);
    if (seen.is_as_said) {
      ++evidence.as_said;
    } else if (evidence.as_said == i) {
      evidence.shown_seed = evidence.first_seed + i;
      evidence.outcome = seen.outcome;
    }
  }
  if (evidence.is_shown()) evidence.outcome = work.seen.front().outcome;
  return {};
}

}  // namespace

std::string_view to_text(CellVerdict verdict) {
  switch (verdict) {
    case CellVerdict::Holds:
      return "holds";
    case CellVerdict::HoldsInPart:
      return "holds, and more";
    case CellVerdict::NotAsSaid:
      return "not as written";
    case CellVerdict::NotShown:
      return "not shown";
  }
  return "";
}

CellVerdict TableCell::verdict() const {
  const auto has = [this](Bearing bearing) {
    return std::ranges::any_of(
        evidence, [bearing](const Evidence& one) { return one.spec.bearing == bearing; });
  };
  if (evidence.empty() || !std::ranges::all_of(evidence, &Evidence::is_shown)) {
    return CellVerdict::NotShown;
  }
  if (has(Bearing::Contradicts)) return CellVerdict::NotAsSaid;
  return has(Bearing::Refines) ? CellVerdict::HoldsInPart : CellVerdict::Holds;
}

bool SchemeTable::is_shown() const {
  bool all = true;
  for_each_cell(rows, [&all](const TableCell& cell) {
    all = all && (cell.documented.empty() || cell.verdict() != CellVerdict::NotShown);
  });
  return all;
}

base::Result<SchemeTable> derive_table(const std::vector<DocumentedRow>& rows,
                                       const TableOptions& options) {
  SchemeTable table{.rows = {}, .first_seed = options.first_seed, .seeds = options.seeds};
  for (const DocumentedRow& row : rows) {
    table.rows.push_back({row.title, blank_cell(row.multicast, options),
                          blank_cell(row.wka, options), blank_cell(row.cloud, options)});
  }
  std::vector<Work> works;
  for_each_cell(table.rows, [&](TableCell& cell) {
    for (Evidence& evidence : cell.evidence) works.push_back({.evidence = &evidence});
  });
  for (Work& work : works) {
    auto text = options.load(work.evidence->spec.scenario);
    if (!text.has_value()) return std::unexpected(text.error());
    work.text = std::move(*text);
    work.seen.resize(options.seeds);
  }
  run_parallel(
      works.size() * options.seeds, options.jobs,
      [&](std::size_t index) {
        Work& work = works[index / options.seeds];
        const std::size_t seed = index % options.seeds;
        work.seen[seed] = play_once(work.evidence->spec, work.text, options.first_seed + seed);
      },
      options.progress);
  for (Work& work : works) {
    if (auto done = conclude(work); !done.has_value()) return std::unexpected(done.error());
  }
  return table;
}

std::string evidence_command(const Evidence& evidence) {
  RunSpec spec;
  spec.script_path = "scenarios/library/" + evidence.spec.scenario + ".lua";
  spec.seed = evidence.shown_seed;
  spec.parameters = evidence.spec.parameters;
  return replay_command(spec);
}

}  // namespace splitscope::scenarios
