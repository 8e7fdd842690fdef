// Why a member is what it is, in words.
#include "viz/model/explanation.hpp"

#include "played_model.hpp"

using namespace splitscope;
using namespace splitscope::viz;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using test::play_model;

namespace {

std::string told(const std::vector<Reason>& chain) {
  std::string text;
  for (const Reason& reason : chain) text += reason.sentence + "\n";
  return text;
}

}  // namespace

TEST_CASE("explanation: a member that parts is led back through silence to the partition",
          "[viz][model]") {
  const RunModel model = play_model(test::SplitStory).model;
  const base::Instant late = *model.faults[0].end;
  const auto chain = explain(model, last_change(model, base::NodeId{2}, late));
  INFO(told(chain));
  REQUIRE(chain.size() >= 3);
  CHECK_THAT(chain.front().sentence, StartsWith("n3 "));
  CHECK_THAT(told(chain), Contains("n3 has not heard n2 for 1m"));
  CHECK(chain.back().sentence == "fault: partition(n1, n2 | n3)");
  CHECK(chain.back().at == model.faults[0].begin);
  for (std::size_t i = 1; i < chain.size(); ++i) CHECK(chain[i].at <= chain[i - 1].at);
}

TEST_CASE("explanation: a member that is down is led back to the kill, a new one to its start",
          "[viz][model]") {
  const RunModel model = play_model(test::formed(3) + R"lua(
    kill("n3")
    run_for("60s")
    start("n3")
    run_for("60s")
  )lua")
                             .model;
  const auto down = explain(model, last_change(model, base::NodeId{2}, model.faults[0].begin));
  CHECK(told(down) == "n3's process ends\nfault: kill(n3)\n");
  const auto up = explain(model, last_change(model, base::NodeId{2}, model.end));
  INFO(told(up));
  CHECK_THAT(told(up), StartsWith("n3 is in the cluster of n1\n"));
  CHECK(up.back().sentence == "fault: start(n3)");
}

TEST_CASE("explanation: a chain that a file makes endless ends", "[viz][model]") {
  RunModel model;
  base::TraceEvent fact;
  fact.kind = base::EventKind::ViewChanged;
  fact.sequence = 1;
  fact.cause = 2;
  model.facts.push_back(fact);
  fact.sequence = 2;
  fact.cause = 1;
  model.facts.push_back(fact);
  CHECK(explain(model, 2).size() == 2);
  CHECK(explain(model, 1).size() == 1);
  CHECK(explain(model, 3).empty());
  CHECK(last_change(model, base::NodeId{5}, base::RunStart) == 0);
}

TEST_CASE("explanation: every fact of a run has a sentence", "[viz][model]") {
  const RunModel model = play_model(test::SplitStory).model;
  for (const base::TraceEvent& fact : model.facts) {
    INFO(base::to_text(fact.kind));
    CHECK(!sentence_of(model, fact).empty());
  }
}
