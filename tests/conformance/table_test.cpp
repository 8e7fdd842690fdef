// docs/conformance.md: which body shows which rule, and what no body shows. Its table is made here,
// so that it cannot drift from the bodies.
#include <algorithm>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "bodies.hpp"

namespace splitscope::conformance {
namespace {

constexpr int RulesMax = 33;
constexpr const char* Page = SPLITSCOPE_SOURCE "/docs/conformance.md";
constexpr const char* Begin = "<!-- the table: test_conformance \"[.write]\" writes it -->\n";

// A part of a rule that bodies cannot show in one arm, or in both.
struct Gap {
  int rule;
  const char* arm;
  const char* part_and_reason;
};
constexpr Gap Gaps[] = {
    {5, "both", "the default of 15 retries: 940 s (`tcp_retransmission_test` holds the figures)"},
    {6, "both", "limits of 5 to 60 s: too long beside the one of 2 s"},
    {7, "both", "what a failing ARP does to an open connection: begins after half a minute"},
    {9, "both", "the kernel's own limit of 133 s (`tcp_connect_test` holds it)"},
    {11, "kernel", "what a router's ARP for a host that is off brings: the lab's asks nobody"},
    {12, "simulator",
     "connects that arrive as one burst: a kernel answers more than fit by SYN cookies"},
    {14, "both", "the errors of later sends: a connection of the seam is over with the first"},
    {16, "both", "keepalive's defaults: 7875 s"},
    {17, "both", "the queue of an entry that is being resolved: the simulator resolves at once"},
    {22, "both", "writes in turn on several sockets, which share pages there"},
    {26, "both", "the tails of latency over 150 s (`tcp_loss_test` holds them)"},
    {27, "both", "several losses in one burst, where recorded runs differ among themselves"},
    {28, "both", "delays that grow to 200 ms with the round trip (`tcp_values_test`)"},
    {30, "both", "connected sockets and IP_RECVERR: not in the seam"},
    {32, "simulator", "IGMP reports: it keeps memberships, and sends none"},
    {32, "both", "IP_MULTICAST_ALL and the choice of a source: the seam binds to the group"},
    {33, "both", "the busy minute without SO_REUSEADDR: the seam always sets it"},
};

std::vector<std::string> gaps_of(int rule) {
  std::vector<std::string> result;
  for (const Gap& gap : Gaps) {
    if (gap.rule != rule) continue;
    const std::string where = std::string(gap.arm) == "both" ? "" : fmt::format("{}: ", gap.arm);
    result.push_back(where + gap.part_and_reason);
  }
  return result;
}

std::vector<std::string> bodies_of(int rule) {
  std::vector<std::string> result;
  for (const Body& body : bodies()) {
    if (std::ranges::count(body.rules, rule) == 0) continue;
    const std::string sentence = body.name.substr(body.name.find(':') + 2);
    result.push_back(sentence + (body.is_nightly ? " (nightly)" : ""));
  }
  return result;
}

std::string table() {
  int shown = 0;
  int with_gaps = 0;
  std::string rows;
  for (int rule = 1; rule <= RulesMax; ++rule) {
    const std::vector<std::string> names = bodies_of(rule);
    const std::vector<std::string> gaps = gaps_of(rule);
    if (!names.empty()) ++shown;
    if (!gaps.empty()) ++with_gaps;
    rows +=
        fmt::format("| {} | {} | {} |\n", rule, fmt::join(names, "<br>"), fmt::join(gaps, "<br>"));
  }
  return fmt::format(
      "{} bodies show {} of {} rules in both arms; of {} some part is not shown.\n\n"
      "| rule | shown in both arms | not shown, and why |\n|---|---|---|\n{}",
      bodies().size(), shown, RulesMax, with_gaps, rows);
}

std::string page() {
  std::ifstream file(Page);
  REQUIRE(file.good());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("each of the 33 rules has a body", "[conformance]") {
  for (int rule = 1; rule <= RulesMax; ++rule) {
    INFO("rule " << rule);
    CHECK_FALSE(bodies_of(rule).empty());
  }
  for (const Body& body : bodies()) {
    INFO(body.name);
    CHECK_FALSE(body.rules.empty());
  }
}

TEST_CASE("docs/conformance.md says which body shows which rule", "[conformance]") {
  const std::string text = page();
  const std::size_t begin = text.find(Begin);
  REQUIRE(begin != std::string::npos);
  CHECK(text.substr(begin + std::string(Begin).size()) == table());
}

TEST_CASE("write the table into docs/conformance.md", "[.write]") {
  const std::string text = page();
  const std::size_t begin = text.find(Begin);
  REQUIRE(begin != std::string::npos);
  std::ofstream file(Page);
  file << text.substr(0, begin) << Begin << table();
}

}  // namespace splitscope::conformance
