// The export is parsed as JSON again and looked at as the viewers do.
#include "engine/trace/perfetto.hpp"

#include <fstream>
#include <sstream>

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "engine/trace/trace_reader.hpp"
#include "facts.hpp"

using namespace splitscope;
using namespace splitscope::trace;
using base::EventKind;
using base::TraceEvent;
namespace json = boost::json;

namespace {

json::object parsed(const std::vector<TraceEvent>& facts, const Metadata& metadata = {}) {
  std::ostringstream out;
  const auto written = export_perfetto(facts, metadata, out);
  REQUIRE(written.has_value());
  CHECK(*written == facts.size());
  json::error_code error;
  const json::value document = json::parse(out.str(), error);
  INFO(out.str());
  REQUIRE(!error);
  return document.as_object();
}

std::string text(const json::object& entry, const char* key) {
  const json::value* value = entry.if_contains(key);
  return value == nullptr ? "" : std::string(value->as_string());
}

// "pid/tid name ts+dur" of the spans of state, sorted as written.
std::vector<std::string> spans(const json::object& document) {
  std::vector<std::string> found;
  for (const json::value& item : document.at("traceEvents").as_array()) {
    const json::object& entry = item.as_object();
    if (text(entry, "cat") != "state") continue;
    found.push_back(json::serialize(entry.at("pid")) + "/" + json::serialize(entry.at("tid")) +
                    " " + text(entry, "name") + " " +
                    std::to_string(json::value_to<double>(entry.at("ts")) / 1e6) + "+" +
                    std::to_string(json::value_to<double>(entry.at("dur")) / 1e6));
  }
  return found;
}

bool has(const std::vector<std::string>& all, const std::string& wanted) {
  return std::find(all.begin(), all.end(), wanted) != all.end();
}

}  // namespace

TEST_CASE("perfetto: states are spans on tracks of the node", "[engine][trace]") {
  const std::vector<std::string> found = spans(parsed(test::story()));
  CAPTURE(found);
  CHECK(found.size() == 10);
  CHECK(has(found, "3/1 paused 20.000000+70.000000"));
  CHECK(has(found, "3/1 running 0.005000+19.995000"));
  CHECK(has(found, "3/2 joining 0.006000+9.094000"));
  CHECK(has(found, "3/2 joined 9.100000+85.900000"));
  CHECK(has(found, "2/3 master 5.000000+90.000000"));
  CHECK(has(found, "1/10 fault 0 20.000000+70.000000"));
}

TEST_CASE("perfetto: arrows lead from each cause to its effects", "[engine][trace]") {
  const json::object document = parsed(test::story());
  std::map<std::uint64_t, std::vector<std::string>> arrows;
  for (const json::value& item : document.at("traceEvents").as_array()) {
    const json::object& entry = item.as_object();
    if (text(entry, "cat") != "cause") continue;
    arrows[json::value_to<std::uint64_t>(entry.at("id"))].push_back(
        text(entry, "ph") + json::serialize(entry.at("pid")));
  }
  // All but the first fact have a cause; 16 is the suspicion after the missed heartbeat, on n1.
  CHECK(arrows.size() == test::story().size() - 1);
  CHECK(arrows[16] == std::vector<std::string>{"s2", "f2"});
  CHECK(arrows[13] == std::vector<std::string>{"s1", "f3"});
}

TEST_CASE("perfetto: an effect whose cause is not in the trace has no arrow", "[engine][trace]") {
  const json::object document =
      parsed({test::fact(EventKind::ProcessPaused, {.sequence = 9, .cause = 4})});
  for (const json::value& item : document.at("traceEvents").as_array()) {
    CHECK(text(item.as_object(), "cat") != "cause");
  }
}

TEST_CASE("perfetto: facts carry their arguments, times to the nanosecond", "[engine][trace]") {
  std::ostringstream out;
  const std::vector<TraceEvent> facts{test::fact(
      EventKind::ConnectionOpened, {base::Duration{1'234'567'891}, 5}, {pack(test::First), 1})};
  REQUIRE(export_perfetto(facts, {}, out).has_value());
  CHECK(out.str().find(R"("ts":1234567.891,)") != std::string::npos);
  CHECK(out.str().find(R"("peer":"10.0.0.1:5701","outgoing":"yes")") != std::string::npos);
}

TEST_CASE("perfetto: any facts and any metadata give valid JSON", "[engine][trace]") {
  REQUIRE(rc::check([](const std::string& key, const std::string& value) {
    const std::vector<TraceEvent> facts = *test::any_facts();
    std::ostringstream out;
    RC_ASSERT(export_perfetto(facts, {{"a", value}, {key, "b"}}, out).has_value());
    json::error_code error;
    json::parse(out.str(), error);
    RC_ASSERT(!error);
  }));
}

TEST_CASE("perfetto: a trace file exports as its facts do", "[engine][trace]") {
  auto reader = TraceReader::open(
      std::make_unique<std::istringstream>(test::trace_bytes(test::story())), "t");
  REQUIRE(reader.has_value());
  std::ostringstream from_file;
  REQUIRE(export_perfetto(*reader, from_file).has_value());
  std::ostringstream from_facts;
  REQUIRE(export_perfetto(test::story(), {{"scenario", "story"}}, from_facts).has_value());
  CHECK(from_file.str() == from_facts.str());

  std::ofstream full("/dev/full");
  CHECK(!export_perfetto(*reader, full).has_value());
}
