// When a prediction agrees with a recording, and when it only seems to.
#include "scenarios/fidelity/judge.hpp"

#include <catch2/catch.hpp>

using namespace splitscope;
using namespace splitscope::scenarios;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using State = MetricVerdict::State;
using Values = std::vector<std::string>;

namespace {

Values range(double low, double high, std::size_t count = 201) {
  Values values;
  for (std::size_t i = 0; i < count; ++i) {
    values.push_back(std::to_string(low + (high - low) * static_cast<double>(i) /
                                              static_cast<double>(count - 1)));
  }
  return values;
}

Values mixed(const std::vector<std::pair<std::string, std::size_t>>& shares) {
  Values values;
  for (const auto& [text, count] : shares) values.insert(values.end(), count, text);
  return values;
}

MetricVerdict time_of(const Values& recorded, const Values& predicted,
                      base::Duration interval = 1s) {
  return judge_time({"detect_ms", recorded}, predicted, interval);
}

MetricVerdict outcome_of(const Values& recorded, const Values& predicted, bool is_chance = false) {
  return judge_outcome({"merging_members", recorded}, predicted, is_chance);
}

}  // namespace

TEST_CASE("fidelity: a recorded median inside the predicted range agrees", "[scenarios]") {
  const MetricVerdict verdict = time_of({"9500", "10000", "10900"}, range(9400, 10800));
  CHECK(verdict.state == State::Agrees);
  CHECK(verdict.recorded.median == 10000);
  CHECK(verdict.predicted.low == Approx(9470));
  CHECK(verdict.predicted.high == Approx(10730));
}

TEST_CASE("fidelity: the range is widened by a heartbeat interval, no more", "[scenarios]") {
  CHECK(time_of({"11800", "11900", "12000"}, range(10000, 11050)).state == State::Agrees);
  CHECK(time_of({"12100", "12200", "12300"}, range(10000, 11050)).state == State::Misses);
  CHECK(time_of({"12100", "12200", "12300"}, range(10000, 11050), 5s).state == State::Agrees);
}

TEST_CASE("fidelity: a prediction may not be wide to win", "[scenarios]") {
  const MetricVerdict guess = time_of({"10000", "10100", "10200"}, range(5000, 15000));
  CHECK(guess.state == State::Misses);
  CHECK_THAT(guess.reason, Contains("9000 wide, at most 2000"));
  CHECK(time_of({"7000", "10100", "11000"}, range(5000, 15000)).state == State::Agrees);
}

TEST_CASE("fidelity: what never happened must never happen", "[scenarios]") {
  const Values healed = range(1000, 2000);
  CHECK(time_of({"never", "never"}, mixed({{"never", 200}})).state == State::Agrees);
  CHECK(time_of({"never", "never"}, healed).state == State::Misses);
  CHECK(time_of({"1500", "1600"}, mixed({{"never", 200}})).state == State::Misses);
  CHECK(time_of({"1500", "1600"}, mixed({{"1500", 190}, {"never", 10}})).state == State::Misses);
  CHECK(time_of({"1500", "1600"}, mixed({{"1500", 197}, {"never", 3}})).state == State::Agrees);
  CHECK(time_of({"1500", "never"}, mixed({{"1500", 150}, {"never", 50}})).state == State::Agrees);
  CHECK(time_of({"1500", "never"}, healed).state == State::Misses);
}

TEST_CASE("fidelity: a metric that no run measured misses", "[scenarios]") {
  CHECK(time_of({"1500"}, {}).state == State::Misses);
  CHECK(outcome_of({"n1"}, {}).state == State::Misses);
}

TEST_CASE("fidelity: a metric that was not recorded is not judged", "[scenarios]") {
  CHECK(time_of({}, range(1, 2)).state == State::NotRecorded);
  CHECK(outcome_of({}, {"n1"}).state == State::NotRecorded);
}

TEST_CASE("fidelity: an outcome on which all recordings agree must be the prediction",
          "[scenarios]") {
  const Values recorded{"n2+n3", "n2+n3", "n2+n3"};
  CHECK(outcome_of(recorded, mixed({{"n2+n3", 200}})).state == State::Agrees);
  CHECK(outcome_of(recorded, mixed({{"n2+n3", 197}, {"n1", 3}})).state == State::Agrees);
  CHECK(outcome_of(recorded, mixed({{"n2+n3", 196}, {"n1", 4}})).state == State::Misses);
  CHECK(outcome_of(recorded, mixed({{"n1", 200}})).state == State::Misses);
}

TEST_CASE("fidelity: where recordings differ each outcome must come, the commonest among them",
          "[scenarios]") {
  const Values recorded{"n2", "n3"};
  CHECK(outcome_of(recorded, mixed({{"n2", 190}, {"n3", 10}})).state == State::Agrees);
  CHECK(outcome_of(recorded, mixed({{"n2", 197}, {"n3", 3}})).state == State::Misses);
  const MetricVerdict other = outcome_of(recorded, mixed({{"n4", 120}, {"n2", 40}, {"n3", 40}}));
  CHECK(other.state == State::Misses);
  CHECK_THAT(other.reason, Contains("commonest") && Contains("n4"));
  // Two hundred seeds cannot tell these apart.
  CHECK(outcome_of(recorded, mixed({{"n4", 70}, {"n2", 66}, {"n3", 64}})).state == State::Agrees);
}

TEST_CASE("fidelity: who is oldest among those admitted together is chance", "[scenarios]") {
  const Values even = mixed({{"n2", 100}, {"n3", 100}});
  CHECK(outcome_of({"n2", "n2", "n2"}, even, true).state == State::Agrees);
  CHECK(outcome_of({"n2", "n2", "n2"}, even).state == State::Misses);
  CHECK(outcome_of({"n2", "n2", "n2"}, mixed({{"n2", 20}, {"n3", 180}}), true).state ==
        State::Misses);
}

TEST_CASE("fidelity: what was never counted must not be predicted", "[scenarios]") {
  const auto count = [](const Values& recorded, const Values& predicted) {
    return judge_count({"view_changes", recorded}, predicted).state;
  };
  CHECK(count({"0", "0"}, mixed({{"0", 200}})) == State::Agrees);
  CHECK(count({"0", "0"}, mixed({{"0", 150}, {"2", 50}})) == State::Misses);
  CHECK(count({"4", "5", "12"}, mixed({{"4", 60}, {"5", 80}, {"9", 60}})) == State::Agrees);
}
