// Any facts, in any order: the model of a run keeps its invariants, and what explains it ends.
#include <cstdlib>
#include <memory>
#include <sstream>

#include "engine/trace/trace_writer.hpp"
#include "viz/model/explanation.hpp"
#include "viz/model/sight.hpp"

using namespace splitscope;

namespace {

constexpr std::size_t FactBytes = 16;

void demand(bool holds) {
  if (!holds) std::abort();
}

// Few nodes and small numbers, so that facts speak of each other.
base::TraceEvent fact_from(const std::uint8_t* bytes) {
  base::TraceEvent fact;
  fact.kind = static_cast<base::EventKind>(bytes[0]);
  fact.node = bytes[1] == 255 ? base::NoNode : base::NodeId{bytes[1] % 8u};
  fact.time = base::RunStart + std::chrono::milliseconds{bytes[2] * 10};
  fact.sequence = bytes[3];
  fact.cause = bytes[4];
  fact.incarnation = base::Incarnation{bytes[5] % 4u};
  for (std::size_t i = 0; i < fact.arguments.size(); ++i) fact.arguments[i] = bytes[6 + i];
  if (bytes[10] > 250) fact.arguments[bytes[11] % 4] = ~std::uint64_t{0};
  return fact;
}

std::string trace_of(const std::uint8_t* data, std::size_t size) {
  std::ostringstream out;
  auto writer = trace::TraceWriter::create(out, {{"ended", "5000000000"}});
  demand(writer.has_value());
  base::Instant last = base::RunStart;
  for (std::size_t at = 0; at + FactBytes <= size; at += FactBytes) {
    base::TraceEvent fact = fact_from(data + at);
    fact.time = last = std::max(last, fact.time);
    writer->write(fact);
  }
  demand(writer->finish().has_value());
  return out.str();
}

void check(const viz::RunModel& model) {
  for (const viz::MemberStrip& strip : model.members) {
    demand(!strip.spans.empty() && strip.spans.back().end == model.end);
    for (std::size_t i = 1; i < strip.spans.size(); ++i) {
      demand(strip.spans[i].begin == strip.spans[i - 1].end);
    }
    viz::explain(model, viz::last_change(model, strip.node, model.end));
  }
  for (const base::TraceEvent& fact : model.facts) viz::explain(model, fact.sequence);
  const auto share = viz::agreement_share(model, {base::RunStart, model.end});
  demand(!share.has_value() || *share >= 0);
  demand(viz::sight_at(model, model.end).rows.size() == model.members.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 64 * FactBytes) return 0;
  auto reader = trace::TraceReader::open(
      std::make_unique<std::istringstream>(trace_of(data, size), std::ios::binary), "fuzz");
  demand(reader.has_value());
  const auto loaded = viz::load_run(*reader);
  if (loaded.has_value()) check(loaded->model);
  return 0;
}
