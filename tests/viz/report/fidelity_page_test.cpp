// The page of a measured fidelity.
#include "viz/report/fidelity_page.hpp"

#include <catch2/catch.hpp>

using namespace splitscope;
using namespace splitscope::scenarios;
using Catch::Matchers::Contains;

namespace {

Fidelity with_one_miss() {
  Fidelity fidelity;
  fidelity.seeds = 200;
  ScenarioFidelity scenario;
  scenario.label = "e_kill";
  scenario.version = "5.3.8";
  scenario.shows = "A member is killed & stays <dead>.";
  scenario.metrics.push_back(
      judge_time({"detect_ms", {"9000", "9100"}}, {"1000", "1100"}, std::chrono::seconds{1}));
  scenario.metrics.push_back(judge_outcome({"merging_members", {"none"}}, {"none"}, false));
  fidelity.scenarios.push_back(scenario);
  return fidelity;
}

}  // namespace

TEST_CASE("fidelity page: what misses comes first, with its reason, and every metric after it",
          "[viz]") {
  const std::string page =
      viz::fidelity_page(with_one_miss(), {{"e_kill", "*", "detect_ms", "the cable was slow"}});
  CHECK_THAT(page, Contains("times: 0 of 1 agree") && Contains("the cable was slow"));
  CHECK(page.find("What misses") < page.find("id=\"e_kill\""));
  CHECK_THAT(page, Contains("<svg") && Contains("9.00 / 9.05 / 9.10 (2)"));
  CHECK_THAT(page, Contains("merging_members"));
}

TEST_CASE("fidelity page: texts are escaped and tables closed", "[viz]") {
  const std::string page = viz::fidelity_page(with_one_miss(), {});
  CHECK_THAT(page, Contains("killed &amp; stays &lt;dead&gt;") && !Contains("<dead>"));
  const auto count = [&page](const std::string& text) {
    std::size_t found = 0;
    for (std::size_t at = page.find(text); at != page.npos; at = page.find(text, at + 1)) ++found;
    return found;
  };
  CHECK(count("<table>") == count("</table>"));
  CHECK_THAT(viz::fidelity_page(Fidelity{}, {}), Contains("Nothing misses"));
}
