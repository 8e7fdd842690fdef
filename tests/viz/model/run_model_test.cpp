// What a recorded run is as strips, masters and curves.
#include "viz/model/run_model.hpp"

#include <algorithm>

#include "played_model.hpp"

using namespace splitscope;
using namespace splitscope::viz;
using namespace std::chrono_literals;
using test::play_model;

namespace {

MemberCondition condition_at(const MemberStrip& strip, base::Instant at) {
  return span_at(strip, at).condition;
}

void check_no_gaps(const RunModel& model) {
  for (const MemberStrip& strip : model.members) {
    INFO(strip.name);
    REQUIRE(!strip.spans.empty());
    CHECK(strip.spans.front().begin == base::RunStart);
    CHECK(strip.spans.back().end == model.end);
    for (std::size_t i = 1; i < strip.spans.size(); ++i) {
      CHECK(strip.spans[i].begin == strip.spans[i - 1].end);
      CHECK(strip.spans[i].condition != strip.spans[i - 1].condition);
      CHECK(model.find(strip.spans[i].fact) != nullptr);
    }
  }
}

base::TraceEvent plain_fact(base::EventKind kind, std::uint64_t sequence, base::Duration at) {
  base::TraceEvent fact;
  fact.kind = kind;
  fact.sequence = sequence;
  fact.time = base::RunStart + at;
  fact.node = base::NodeId{0};
  fact.incarnation = base::Incarnation{1};
  return fact;
}

}  // namespace

TEST_CASE("run model: a split shows as a strip that is apart and as two masters", "[viz][model]") {
  const RunModel model = play_model(test::SplitStory).model;
  REQUIRE(model.members.size() == 3);
  check_no_gaps(model);
  REQUIRE(model.faults.size() == 1);
  CHECK(model.faults[0].label == "partition(n1, n2 | n3)");
  REQUIRE(model.faults[0].end.has_value());
  const base::Instant cut = model.faults[0].begin;
  const MemberStrip& alone = model.members[2];
  CHECK(condition_at(alone, cut - 1s) == MemberCondition::Up);
  CHECK(condition_at(alone, cut + 1s) == MemberCondition::Up);  // nobody has noticed yet
  CHECK(condition_at(alone, *model.faults[0].end) == MemberCondition::Apart);
  CHECK(condition_at(alone, model.end) == MemberCondition::Up);  // merged
  CHECK(condition_at(model.members[0], model.end) == MemberCondition::Up);
  const auto most = std::max_element(
      model.masters.begin(), model.masters.end(),
      [](const MasterStep& a, const MasterStep& b) { return a.masters.size() < b.masters.size(); });
  REQUIRE(most != model.masters.end());
  CHECK(most->masters.size() == 2);
  CHECK(model.masters.back().masters.size() == 1);
}

TEST_CASE("run model: availability is that of the metrics, to the nanosecond", "[viz][model]") {
  const test::PlayedModel played = play_model(test::SplitStory);
  const scenarios::RunMetrics& metrics = played.record.metrics;
  REQUIRE(metrics.member_ns > 0);
  const std::optional<double> share =
      agreement_share(played.model, {metrics.window_start, metrics.window_end});
  REQUIRE(share.has_value());
  const double measured =
      static_cast<double>(metrics.agreed_ns) / static_cast<double>(metrics.member_ns);
  CHECK(*share == Approx(measured).epsilon(1e-12));
  CHECK(*share > 0.1);
  CHECK(*share < 0.99);
  // Before anything ran there is no share to tell.
  CHECK(!agreement_share(played.model, {base::RunStart, base::RunStart}).has_value());
}

TEST_CASE("run model: killed, paused and powered-off members are told apart", "[viz][model]") {
  const RunModel model = play_model(test::formed(4) + R"lua(
    kill("n4")
    pause("n3")
    run_for("10s")
  )lua")
                             .model;
  check_no_gaps(model);
  CHECK(condition_at(model.members[3], model.end) == MemberCondition::Absent);
  CHECK(condition_at(model.members[2], model.end) == MemberCondition::Paused);
  CHECK(condition_at(model.members[1], model.end) == MemberCondition::Up);
  CHECK(to_text(MemberCondition::Paused) == "paused");
}

TEST_CASE("run model: a trace that was cut off, or says strange things, is still a model",
          "[viz][model]") {
  test::Recorder recorder({});
  recorder.on_fact(plain_fact(base::EventKind::MemberStarting, 5, 1s));
  base::TraceEvent odd = plain_fact(base::EventKind::FaultHealed, 4, 2s);
  odd.node = base::NodeId{0xffff'fff0};
  odd.arguments = {77, 0, 0, 0};
  recorder.on_fact(odd);
  const RunModel model = test::model_of(recorder.finish({}));
  CHECK(model.members.size() == 2);
  CHECK(model.faults.empty());
  CHECK(model.availability.empty());
  CHECK(model.verdict.empty());
  CHECK(condition_at(model.members[0], model.end) == MemberCondition::Joining);
  CHECK(model.find(0) == nullptr);
  CHECK(model.name_at(base::pack({base::ipv4(10, 9, 8, 7), 5701})) == "10.9.8.7:5701");
}

TEST_CASE("run model: a trace without facts is refused", "[viz][model]") {
  test::Recorder recorder({});
  auto reader = trace::TraceReader::open(
      std::make_unique<std::istringstream>(recorder.finish({}), std::ios::binary), "empty.trace");
  REQUIRE(reader.has_value());
  const auto loaded = load_run(*reader);
  REQUIRE(!loaded.has_value());
  CHECK(loaded.error().message == "the trace holds no facts");
}
