// Two passes over the facts: the first collects which facts are causes, since an arrow must be
// written together with the fact it starts from, before its effects are seen.
#include "engine/trace/perfetto.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <fmt/format.h>

#include "engine/base/endpoint.hpp"
#include "engine/base/utf8.hpp"
#include "engine/trace/trace_reader.hpp"

namespace splitscope::trace {
namespace {

using base::EventKind;
using base::TraceEvent;

std::string json_quoted(std::string_view text) {
  return boost::json::serialize(boost::json::string(base::well_formed_utf8(text)));
}

// The format counts in microseconds; written from integers, so that nothing is rounded.
std::string microseconds(std::uint64_t ns) {
  return fmt::format("{}.{:03}", ns / 1'000, ns % 1'000);
}
std::string microseconds(base::Instant time) {
  const std::int64_t ns = base::nanoseconds(time);
  const auto bits = static_cast<std::uint64_t>(ns);
  return ns < 0 ? "-" + microseconds(0 - bits) : microseconds(bits);
}
// Unsigned, so that no two times of a hostile file can overflow it.
std::uint64_t distance(base::Instant from, base::Instant to) {
  return static_cast<std::uint64_t>(base::nanoseconds(to)) -
         static_cast<std::uint64_t>(base::nanoseconds(from));
}

struct Edge {
  std::uint64_t cause = 0;
  std::uint64_t effect = 0;
  bool is_begun = false;
  friend bool operator<(const Edge& a, const Edge& b) {
    return std::tie(a.cause, a.effect) < std::tie(b.cause, b.effect);
  }
};

// Which arrows there are.
class Edges {
 public:
  void note(const TraceEvent& fact) {
    if (fact.cause != 0 && edges_.size() < PerfettoArrowsMax) {
      edges_.push_back({fact.cause, fact.sequence});
    }
  }
  void sort() { std::sort(edges_.begin(), edges_.end()); }

  std::span<Edge> from(std::uint64_t cause) {
    const auto first = std::lower_bound(edges_.begin(), edges_.end(), Edge{cause, 0});
    auto last = first;
    while (last != edges_.end() && last->cause == cause) ++last;
    return {first, last};
  }
  // Null if its cause was not seen, for example because its kind is not known.
  const Edge* to(const TraceEvent& fact) {
    const Edge wanted{fact.cause, fact.sequence};
    const auto found = std::lower_bound(edges_.begin(), edges_.end(), wanted);
    if (found == edges_.end() || wanted < *found || !found->is_begun) return nullptr;
    return &*found;
  }

 private:
  std::vector<Edge> edges_;
};

enum class Track : std::uint8_t { Process = 1, Cluster = 2, Master = 3, Facts = 4 };
constexpr std::uint64_t FirstFaultTrack = 10;

struct Place {
  std::uint64_t process = 0;
  std::uint64_t track = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
};

Place place_of(base::NodeId node, Track track) {
  const std::uint64_t process = node == base::NoNode ? 1 : std::uint64_t{node.value} + 2;
  return {process, static_cast<std::uint64_t>(track)};
}

class ArgumentsJson final : public ArgumentVisitor {
 public:
  void on_argument(const Argument& argument, const std::string& text) override {
    json_ += fmt::format(",{}:{}", json_quoted(argument.name), json_quoted(text));
  }
  const std::string& json() const { return json_; }

 private:
  std::string json_;
};

class Exporter {
 public:
  Exporter(std::ostream& out, const CodeText* codes) : out_(out), codes_(codes) {}

  Edges& edges() { return edges_; }
  void begin() {
    edges_.sort();
    out_ << R"({"displayTimeUnit":"ms","traceEvents":[)";
  }
  void write(const TraceEvent& fact);
  void finish(const Metadata& metadata);
  std::uint64_t count() const { return count_; }

 private:
  struct Span {
    std::string name;
    base::Instant begin;
  };

  void entry(const std::string& json) {
    out_ << (is_first_ ? "\n" : ",\n") << json;
    is_first_ = false;
  }
  void name_process(base::NodeId node);
  void name_track(Place place, std::string_view name);
  void write_fact(const TraceEvent& fact);
  void write_arrows(const TraceEvent& fact, Place place);
  void follow_process(const TraceEvent& fact);
  void follow_cluster(const TraceEvent& fact);
  void follow_master(const TraceEvent& fact);
  void follow_faults(const TraceEvent& fact);
  void change(Place place, base::Instant time, std::string_view name);

  std::ostream& out_;
  const CodeText* codes_;
  Edges edges_;
  bool is_first_ = true;
  std::uint64_t count_ = 0;
  base::Instant last_;
  std::map<Place, std::string> names_;         // of the tracks named so far
  std::map<Place, Span> spans_;                // those not yet ended
  std::map<base::NodeId, std::uint64_t> own_;  // each member's own endpoint, packed
};

void Exporter::write(const TraceEvent& fact) {
  ++count_;
  last_ = fact.time;
  name_process(fact.node);
  write_fact(fact);
  follow_process(fact);
  follow_cluster(fact);
  follow_master(fact);
  follow_faults(fact);
}

void Exporter::name_process(base::NodeId node) {
  const Place facts = place_of(node, Track::Facts);
  if (names_.contains(facts)) return;
  entry(fmt::format(R"({{"ph":"M","name":"process_name","pid":{},"args":{{"name":{}}}}})",
                    facts.process, json_quoted(node_text(node))));
  entry(
      fmt::format(R"({{"ph":"M","name":"process_sort_index","pid":{},"args":{{"sort_index":{}}}}})",
                  facts.process, facts.process));
  name_track(facts, "facts");
  if (node == base::NoNode) return;
  name_track(place_of(node, Track::Process), "process");
  name_track(place_of(node, Track::Cluster), "cluster");
  name_track(place_of(node, Track::Master), "master");
}

void Exporter::name_track(Place place, std::string_view name) {
  if (!names_.emplace(place, name).second) return;
  entry(fmt::format(R"({{"ph":"M","name":"thread_name","pid":{},"tid":{},"args":{{"name":{}}}}})",
                    place.process, place.track, json_quoted(name)));
  entry(fmt::format(
      R"({{"ph":"M","name":"thread_sort_index","pid":{},"tid":{},"args":{{"sort_index":{}}}}})",
      place.process, place.track, place.track));
}

// The viewers bind arrows to slices only, so a fact with an arrow is a slice of one nanosecond and
// one without is an instant.
void Exporter::write_fact(const TraceEvent& fact) {
  const Place place = place_of(fact.node, Track::Facts);
  const bool has_arrow = edges_.to(fact) != nullptr || !edges_.from(fact.sequence).empty();
  ArgumentsJson arguments;
  visit_arguments(fact, codes_, arguments);
  entry(fmt::format(R"({{"ph":{},"name":{},"cat":"fact","pid":{},"tid":{},"ts":{},)"
                    R"("args":{{"sequence":{},"incarnation":{}{}}}}})",
                    has_arrow ? R"("X","dur":0.001)" : R"("i","s":"t")",
                    json_quoted(base::to_text(fact.kind)), place.process, place.track,
                    microseconds(fact.time), fact.sequence, fact.incarnation.value,
                    arguments.json()));
  write_arrows(fact, place);
}

void Exporter::write_arrows(const TraceEvent& fact, Place place) {
  const auto arrow = [&](std::string_view phase, std::uint64_t effect) {
    entry(
        fmt::format(R"({{"ph":{},"name":"cause","cat":"cause","id":{},"pid":{},"tid":{},"ts":{}}})",
                    phase, effect, place.process, place.track, microseconds(fact.time)));
  };
  if (edges_.to(fact) != nullptr) arrow(R"("f","bp":"e")", fact.sequence);
  for (Edge& edge : edges_.from(fact.sequence)) {
    edge.is_begun = true;
    arrow(R"("s")", edge.effect);
  }
}

// Ends what the track shows and begins `name`; an empty name begins nothing.
void Exporter::change(Place place, base::Instant time, std::string_view name) {
  const auto open = spans_.find(place);
  if (open != spans_.end()) {
    if (open->second.name == name) return;
    const base::Instant begin = open->second.begin;
    entry(fmt::format(R"({{"ph":"X","name":{},"cat":"state","pid":{},"tid":{},"ts":{},"dur":{}}})",
                      json_quoted(open->second.name), place.process, place.track,
                      microseconds(begin), microseconds(distance(begin, time))));
    spans_.erase(open);
  }
  if (!name.empty()) spans_.emplace(place, Span{std::string(name), time});
}

void Exporter::follow_process(const TraceEvent& fact) {
  std::string_view name;
  switch (fact.kind) {
    case EventKind::ProcessStarted:
    case EventKind::ProcessResumed:
      name = "running";
      break;
    case EventKind::ProcessPaused:
      name = "paused";
      break;
    case EventKind::HostPoweredOff:
      name = "host off";
      break;
    case EventKind::ProcessExited:
    case EventKind::HostPoweredOn:
      break;
    default:
      return;
  }
  change(place_of(fact.node, Track::Process), fact.time, name);
}

void Exporter::follow_cluster(const TraceEvent& fact) {
  std::string_view name;
  switch (fact.kind) {
    case EventKind::MemberStarting:
      name = "joining";
      break;
    case EventKind::MemberJoined:
      name = "joined";
      break;
    case EventKind::ShutdownStarted:
      name = "shutting down";
      break;
    case EventKind::ShutdownFinished:
    case EventKind::JoinFailed:
    case EventKind::ProcessExited:
      break;
    default:
      return;
  }
  change(place_of(fact.node, Track::Cluster), fact.time, name);
}

void Exporter::follow_master(const TraceEvent& fact) {
  if (fact.kind == EventKind::MemberStarting) own_[fact.node] = fact.arguments[0];
  const Place place = place_of(fact.node, Track::Master);
  if (fact.kind == EventKind::ProcessExited) change(place, fact.time, "");
  if (fact.kind != EventKind::MasterChanged) return;
  const auto own = own_.find(fact.node);
  const bool is_master = own != own_.end() && own->second == fact.arguments[0];
  change(place, fact.time, is_master ? "master" : "");
}

void Exporter::follow_faults(const TraceEvent& fact) {
  if (fact.kind != EventKind::FaultApplied && fact.kind != EventKind::FaultHealed) return;
  const Place place{place_of(base::NoNode, Track::Facts).process,
                    FirstFaultTrack + fact.arguments[0]};
  const std::string name = fmt::format("fault {}", fact.arguments[0]);
  name_track(place, name);
  change(place, fact.time, fact.kind == EventKind::FaultApplied ? name : "");
}

void Exporter::finish(const Metadata& metadata) {
  while (!spans_.empty()) change(spans_.begin()->first, last_, "");
  out_ << "\n],\"otherData\":{";
  std::map<std::string_view, std::string_view> newest;
  for (const MetadataEntry& item : metadata) newest[item.key] = item.value;
  const char* comma = "";
  for (const auto& [key, value] : newest) {
    out_ << comma << json_quoted(key) << ':' << json_quoted(value);
    comma = ",";
  }
  out_ << "}}\n";
  out_.flush();
}

base::Result<std::uint64_t> answer(const Exporter& exporter, const std::ostream& out) {
  if (!out) return base::failure("the export could not be written: the disk may be full");
  return exporter.count();
}

// Calls `handle` with each fact from the start.
template <typename Handle>
base::Result<void> for_each(TraceReader& reader, Handle handle) {
  reader.rewind();
  for (;;) {
    const auto fact = reader.next();
    if (!fact) return std::unexpected(fact.error());
    if (!*fact) return {};
    handle(**fact);
  }
}

}  // namespace

base::Result<std::uint64_t> export_perfetto(TraceReader& reader, std::ostream& out,
                                            const CodeText* codes) {
  Exporter exporter(out, codes);
  auto passed = for_each(reader, [&](const TraceEvent& fact) { exporter.edges().note(fact); });
  if (!passed) return std::unexpected(passed.error());
  exporter.begin();
  passed = for_each(reader, [&](const TraceEvent& fact) { exporter.write(fact); });
  if (!passed) return std::unexpected(passed.error());
  exporter.finish(reader.metadata());
  return answer(exporter, out);
}

base::Result<std::uint64_t> export_perfetto(std::span<const TraceEvent> facts,
                                            const Metadata& metadata, std::ostream& out,
                                            const CodeText* codes) {
  Exporter exporter(out, codes);
  for (const TraceEvent& fact : facts) exporter.edges().note(fact);
  exporter.begin();
  for (const TraceEvent& fact : facts) exporter.write(fact);
  exporter.finish(metadata);
  return answer(exporter, out);
}

}  // namespace splitscope::trace
