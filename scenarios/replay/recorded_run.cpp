#include "scenarios/replay/recorded_run.hpp"

#include <charconv>
#include <map>

#include "engine/trace/member_lists.hpp"

namespace splitscope::scenarios {
namespace {

using base::EventKind;

class Remembering {
 public:
  explicit Remembering(RecordedRun& run) : run_(run) {}

  void take(const base::TraceEvent& fact) {
    if (fact.kind == EventKind::FaultApplied) ++run_.fault_count;
    // A damaged file may tell times out of order; a history does not.
    const base::Instant at = std::max(fact.time, run_.end);
    run_.end = at;
    lists_.apply(fact);
    if (fact.node == base::NoNode || !History::keeps(fact.kind)) return;
    if (fact.kind == EventKind::MemberStarting) {
      node_at_[base::unpack_endpoint(fact.arguments[0])] = fact.node;
    }
    HistoryEntry entry;
    entry.at = at;
    entry.node = fact.node;
    entry.kind = fact.kind;
    if (fact.kind == EventKind::MergeFinished) entry.succeeded = fact.arguments[1] == 1;
    if (fact.kind == EventKind::ViewChanged) {
      for (const trace::ListEntry& member : lists_.of(fact.node)) {
        const auto known = node_at_.find(member.endpoint);
        entry.view.push_back(known == node_at_.end() ? base::NoNode : known->second);
      }
    }
    run_.history.add(std::move(entry));
  }

 private:
  RecordedRun& run_;
  trace::MemberLists lists_;
  std::map<base::Endpoint, base::NodeId> node_at_;
};

}  // namespace

base::Result<RecordedRun> read_recorded_run(trace::TraceReader& reader) {
  RecordedRun run;
  if (const std::string* scenario = reader.find_metadata("scenario"); scenario != nullptr) {
    run.scenario = *scenario;
  }
  if (const std::string* seed = reader.find_metadata("seed"); seed != nullptr) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(seed->data(), seed->data() + seed->size(), value);
    if (error == std::errc{} && end == seed->data() + seed->size()) run.seed = value;
  }
  Remembering remembering(run);
  for (;;) {
    const auto fact = reader.next();
    if (!fact.has_value()) return std::unexpected(fact.error());
    if (!fact->has_value()) return run;
    remembering.take(**fact);
  }
}

}  // namespace splitscope::scenarios
