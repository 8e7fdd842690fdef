#include "viz/report/html_report.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "tests/support/synthetic_comparison.hpp"

using namespace splitscope;
using scenarios::ObjectiveResult;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

}  // namespace

TEST_CASE("a report needs nothing from outside", "[viz][report]") {
  const std::string html = viz::html_report(tests::synthetic_comparison());
  CHECK(html.starts_with("<!doctype html>"));
  for (const char* outside : {"<link", "<script", "@import", "url(http", "src=", "href="}) {
    CHECK_FALSE(contains(html, outside));
  }
  CHECK(contains(html, "prefers-color-scheme: dark"));
  CHECK(contains(html, "@media print"));
}

TEST_CASE("a report begins with the overview and the findings, gravest first, in words",
          "[viz][report]") {
  const std::string html = viz::html_report(tests::synthetic_comparison());
  const std::size_t finding = html.find("<li class=bad><b>bad</b> In your file 192.0.2.1");
  REQUIRE(finding != std::string::npos);
  CHECK(html.find("<svg") < finding);
  CHECK(finding < html.find("<table"));
  CHECK(contains(html, ">never merged</text>"));
  CHECK(contains(html, "the members never came back to one list in 19 of 20 runs</title>"));
}

TEST_CASE("grave findings say which run shows them", "[viz][report]") {
  CHECK(contains(viz::html_report(tests::synthetic_comparison()),
                 "--scenarios made_up_restart --schemes &#39;your list&#39; --seeds 2..2"));
}

TEST_CASE("the overview stands alone as a picture", "[viz][report]") {
  const std::string svg = viz::overview_picture(tests::synthetic_comparison());
  CHECK(svg.starts_with("<svg"));
  CHECK(contains(svg, "<style>"));
  CHECK(contains(svg, ">made_up_restart</text>"));
  CHECK(contains(svg, ">50.00 %</text>"));
}

TEST_CASE("text of the user is escaped in a report", "[viz][report]") {
  const std::string html = viz::html_report(tests::synthetic_comparison());
  CHECK(contains(html, "Synthetic: &lt;n1&gt; restarts."));
  CHECK(contains(html, "synthetic &amp; made up.toml"));
  CHECK_FALSE(contains(html, "<n1>"));
}

TEST_CASE("a report shows what never came, what was not exposed, and differences",
          "[viz][report]") {
  const std::string html = viz::html_report(tests::synthetic_comparison());
  CHECK(contains(html, "<td class=never>never<small>19 of 20 never</small>"));
  CHECK(count(html, "not exposed (nothing touched)") == 1);
  CHECK(contains(html, "+40.00 points (+40.00 to +40.00)"));
  CHECK(contains(html, "two masters in 20 of 20"));
}

TEST_CASE("a report draws what was measured and leaves out what was not", "[viz][report]") {
  // Agreement and merge in both scenarios, needless split in the second; nothing was lost.
  const std::string html = viz::html_report(tests::synthetic_comparison());
  CHECK(count(html, "<svg") == 6);
  CHECK(count(html, "<svg") == count(html, "</svg>"));
  CHECK_FALSE(contains(html, "time to elect:"));
}

TEST_CASE("what never came under any scheme is drawn, not dropped", "[viz][report]") {
  scenarios::Comparison comparison = tests::synthetic_comparison();
  for (auto& runs : comparison.outcomes[1]) {
    for (auto& run : runs) run.metrics.merge = {.value = {}, .pending = true};
  }
  scenarios::summarize(comparison);
  const std::string html = viz::html_report(comparison);
  CHECK(count(html, "<svg") == 6);
  CHECK(contains(html, "20 of 20 never"));
}

TEST_CASE("a report ends with the assumptions and the command that runs it again",
          "[viz][report]") {
  const std::string html = viz::html_report(tests::synthetic_comparison());
  CHECK(contains(html, "<li>Everything here is synthetic.</li>"));
  CHECK(contains(html, "splitscope compare &#39;synthetic &amp; made up.toml&#39; --members 3"));
}

TEST_CASE("objectives stand in a report where there are any", "[viz][report]") {
  const scenarios::Comparison comparison = tests::synthetic_comparison();
  CHECK_FALSE(contains(viz::html_report(comparison), "<h2>Objectives</h2>"));
  const std::vector<ObjectiveResult> objectives{{.name = "heals",
                                                 .scenario = "s",
                                                 .scheme = "t",
                                                 .state = ObjectiveResult::State::Missed,
                                                 .seen = "never",
                                                 .wants = "at most 2m"}};
  CHECK(contains(viz::html_report(comparison, objectives), "<td class=never>missed</td>"));
}
