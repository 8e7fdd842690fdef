#include "viz/model/run_model.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "scenarios/kit/fact_words.hpp"
#include "viz/model/member_tracker.hpp"

namespace splitscope::viz {
namespace {

using base::EventKind;

std::string metadata_of(const trace::TraceReader& reader, std::string_view key) {
  const std::string* found = reader.find_metadata(key);
  return found == nullptr ? std::string{} : *found;
}

// When the run ended, which is after its last fact; the start where the trace does not tell.
base::Instant end_of_run(const trace::TraceReader& reader) {
  const std::string text = metadata_of(reader, "ended");
  std::int64_t ns = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ns);
  const bool is_number = error == std::errc{} && end == text.data() + text.size();
  return is_number ? base::RunStart + base::Duration{ns} : base::RunStart;
}

// Puts the model together, fact by fact.
class ModelBuilder {
 public:
  ModelBuilder(RunModel& model, const trace::TraceReader& reader)
      : model_(model), reader_(reader) {}

  void take(base::TraceEvent fact) {
    // A damaged file may tell times out of order; a model does not.
    fact.time = std::max(fact.time, model_.end);
    if (fact.time > model_.end) members_.settle(model_.end);
    model_.end = fact.time;
    members_.apply(fact);
    take_fault(fact);
    if (fact.kind == EventKind::AvailabilityChanged) {
      const std::uint64_t split = fact.arguments[2] + fact.arguments[3];
      model_.availability.push_back({fact.time, fact.arguments[0], fact.arguments[1], split});
    } else {
      model_.facts.push_back(fact);
    }
  }

  void finish() {
    members_.settle(model_.end);
    model_.end = std::max(model_.end, end_of_run(reader_));
    members_.finish(model_.end);
    model_.members = members_.take_strips();
    model_.masters = members_.take_masters();
  }

 private:
  void take_fault(const base::TraceEvent& fact) {
    if (fact.kind == EventKind::FaultApplied) {
      open_[fact.arguments[0]] = model_.faults.size();
      model_.faults.push_back({fact.arguments[0], fact.arguments[1], label_of(fact), fact.time,
                               std::nullopt, fact.sequence});
    } else if (fact.kind == EventKind::FaultHealed) {
      const auto open = open_.find(fact.arguments[0]);
      if (open != open_.end()) model_.faults[open->second].end = fact.time;
    }
  }

  std::string label_of(const base::TraceEvent& fact) const {
    std::string label = metadata_of(reader_, fmt::format("fault.{}", fact.arguments[0]));
    if (label.empty()) {
      label = scenarios::FactWords{}.text_of(trace::CodeSet::FaultKind, fact.arguments[1]);
    }
    return label.empty() ? "fault" : label;
  }

  RunModel& model_;
  const trace::TraceReader& reader_;
  MemberTracker members_;
  std::map<std::uint64_t, std::size_t> open_;  // by index of the fault: its place in the model
};

base::Duration overlap(const Window& a, const Window& b) {
  return std::max(base::Duration::zero(), std::min(a.end, b.end) - std::max(a.begin, b.begin));
}

}  // namespace

std::string_view to_text(MemberCondition condition) {
  switch (condition) {
    case MemberCondition::Absent:
      return "down";
    case MemberCondition::Joining:
      return "joining";
    case MemberCondition::Up:
      return "up";
    case MemberCondition::Suspected:
      return "suspected";
    case MemberCondition::Apart:
      return "partitioned";
    case MemberCondition::Paused:
      return "paused";
  }
  return "unknown";
}

const ConditionSpan& span_at(const MemberStrip& strip, base::Instant at) {
  const auto after = std::upper_bound(
      strip.spans.begin(), strip.spans.end(), at,
      [](base::Instant wanted, const ConditionSpan& span) { return wanted < span.begin; });
  return after == strip.spans.begin() ? strip.spans.front() : *std::prev(after);
}

const base::TraceEvent* RunModel::find(std::uint64_t sequence) const {
  const auto found = std::lower_bound(
      facts.begin(), facts.end(), sequence,
      [](const base::TraceEvent& fact, std::uint64_t wanted) { return fact.sequence < wanted; });
  const bool is_there = sequence != 0 && found != facts.end() && found->sequence == sequence;
  return is_there ? &*found : nullptr;
}

const MemberStrip* RunModel::member(base::NodeId node) const {
  const auto found =
      std::lower_bound(members.begin(), members.end(), node,
                       [](const MemberStrip& strip, base::NodeId id) { return strip.node < id; });
  return found != members.end() && found->node == node ? &*found : nullptr;
}

std::string RunModel::name_at(std::uint64_t packed_endpoint) const {
  const base::Endpoint endpoint = base::unpack_endpoint(packed_endpoint);
  for (const MemberStrip& strip : members) {
    if (strip.endpoint == endpoint) return strip.name;
  }
  return base::to_text(endpoint);
}

base::Result<LoadedRun> load_run(trace::TraceReader& reader) {
  if (reader.event_count() > ModelFactsMax) {
    return base::failure(fmt::format("{} facts are more than the {} that can be shown",
                                     reader.event_count(), ModelFactsMax));
  }
  LoadedRun loaded;
  loaded.damage = reader.damage();
  RunModel& model = loaded.model;
  model.scenario = metadata_of(reader, "scenario");
  model.seed = metadata_of(reader, "seed");
  model.digest = metadata_of(reader, "digest");
  model.verdict = metadata_of(reader, "verdict");
  model.replay = metadata_of(reader, "replay");
  ModelBuilder builder(model, reader);
  for (;;) {
    auto fact = reader.next();
    if (!fact.has_value()) {
      if (loaded.damage.empty()) loaded.damage = fact.error().message;
      continue;
    }
    if (!fact->has_value()) break;
    builder.take(**fact);
  }
  if (model.facts.empty()) return base::failure("the trace holds no facts");
  builder.finish();
  return loaded;
}

std::optional<double> agreement_share(const RunModel& model, const Window& window) {
  long double live = 0;
  long double agreed = 0;
  for (std::size_t i = 0; i < model.availability.size(); ++i) {
    const AvailabilityStep& step = model.availability[i];
    const bool is_last = i + 1 == model.availability.size();
    const Window held{step.at, is_last ? model.end : model.availability[i + 1].at};
    const auto ns = static_cast<long double>(overlap(held, window).count());
    live += ns * static_cast<long double>(step.live);
    agreed += ns * static_cast<long double>(step.agreed);
  }
  if (live == 0) return std::nullopt;
  return static_cast<double>(agreed / live);
}

}  // namespace splitscope::viz
