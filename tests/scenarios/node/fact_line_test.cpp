#include "scenarios/node/fact_line.hpp"

#include <limits>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

namespace splitscope::scenarios {
namespace {

base::Uuid any_uuid() {
  return {*rc::gen::arbitrary<std::uint64_t>(), *rc::gen::arbitrary<std::uint64_t>()};
}

base::Endpoint any_endpoint() {
  return {base::Ipv4{*rc::gen::arbitrary<std::uint32_t>()},
          *rc::gen::inRange<std::uint16_t>(1, 65'535)};
}

}  // namespace

TEST_CASE("facts and states come back from their lines as they were", "[node][lines]") {
  CHECK(rc::check("facts", [] {
    base::TraceEvent fact;
    fact.time = base::Instant{base::Duration{*rc::gen::arbitrary<std::int64_t>()}};
    fact.sequence = *rc::gen::arbitrary<std::uint64_t>();
    fact.cause = *rc::gen::arbitrary<std::uint64_t>();
    fact.node = base::NodeId{*rc::gen::arbitrary<std::uint32_t>()};
    fact.incarnation = base::Incarnation{*rc::gen::arbitrary<std::uint32_t>()};
    fact.kind = static_cast<base::EventKind>(*rc::gen::inRange<std::uint16_t>(0, 100));
    for (std::uint64_t& argument : fact.arguments) {
      argument = *rc::gen::arbitrary<std::uint64_t>();
    }
    const auto line = parse_stream_line(to_fact_line(fact));
    RC_ASSERT(line.has_value());
    RC_ASSERT(line->fact == fact);
    RC_ASSERT(!line->state.has_value());
  }));
  CHECK(rc::check("states", [] {
    MemberReport report;
    report.time = base::Instant{base::Duration{*rc::gen::arbitrary<std::int64_t>()}};
    report.joined = *rc::gen::arbitrary<bool>();
    report.leaving = *rc::gen::arbitrary<bool>();
    report.uuid = any_uuid();
    report.endpoint = any_endpoint();
    report.cluster_name = "a \"name\"\n";
    report.view_version = *rc::gen::arbitrary<std::int64_t>();
    const auto size = *rc::gen::inRange(0, 5);
    for (int i = 0; i < size; ++i) report.view.push_back({any_uuid(), any_endpoint()});
    report.suspects.push_back(any_uuid());
    const std::string text = to_state_line(report);
    RC_ASSERT(text.find('\n') == std::string::npos);
    const auto line = parse_stream_line(text);
    RC_ASSERT(line.has_value());
    RC_ASSERT(line->state == report);
  }));
}

TEST_CASE("lines that are none are errors, lines of other kinds are nothing", "[node][lines]") {
  base::TraceEvent fact;
  const std::string good = to_fact_line(fact);
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK_FALSE(parse_stream_line(std::string_view(good).substr(0, size)).has_value());
  }
  for (const char* bad : {"[]", R"({"fact": 1})", R"({"fact": {}})", R"({"state": {}})",
                          R"({"state": {"time_ns": "1"}})"}) {
    INFO(bad);
    CHECK_FALSE(parse_stream_line(bad).has_value());
  }
  const auto other = parse_stream_line(R"({"ok": true})");
  REQUIRE(other.has_value());
  CHECK_FALSE(other->fact.has_value());
  CHECK_FALSE(other->state.has_value());
}

}  // namespace splitscope::scenarios
