#include "scenarios/node/member_metrics.hpp"

#include <catch2/catch.hpp>

#include "scenarios/node/member_log.hpp"
#include "schemes/membership/messages.hpp"

namespace splitscope::scenarios {
namespace {

MemberNumbers two_members() {
  MemberNumbers numbers;
  numbers.report.joined = true;
  numbers.report.uuid = {1, 2};
  numbers.report.view_version = 4;
  numbers.report.view = {{{1, 2}, {base::ipv4(10, 0, 0, 1), 5701}},
                         {{3, 4}, {base::ipv4(10, 0, 0, 2), 5701}}};
  numbers.is_master = true;
  numbers.facts = 17;
  return numbers;
}

}  // namespace

TEST_CASE("metrics are in the text format of Prometheus", "[node][metrics]") {
  MessageFaults messages;
  messages.count_sent(static_cast<std::uint16_t>(schemes::MessageType::Heartbeat), 80);
  messages.count_sent(static_cast<std::uint16_t>(schemes::MessageType::Heartbeat), 80);
  const std::string text = metrics_text(two_members(), messages);
  CHECK_THAT(text, Catch::Contains("# TYPE splitscope_view_members gauge\n"
                                   "splitscope_view_members 2\n"));
  CHECK_THAT(text, Catch::Contains("splitscope_member_master 1\n"));
  CHECK_THAT(text, Catch::Contains("splitscope_facts_total 17\n"));
  CHECK_THAT(text, Catch::Contains("splitscope_messages_sent_total{type=\"Heartbeat\"} 2\n"));
  CHECK_THAT(text,
             Catch::Contains("splitscope_message_bytes_sent_total{type=\"Heartbeat\"} 160\n"));
}

TEST_CASE("the list is printed as Hazelcast prints it", "[node][log]") {
  CHECK(members_text(two_members().report) ==
        "Members {size:2, ver:4} [\n"
        "\tMember [10.0.0.1]:5701 - 00000000-0000-0001-0000-000000000002 this\n"
        "\tMember [10.0.0.2]:5701 - 00000000-0000-0003-0000-000000000004\n"
        "]");
  base::TraceEvent fact;
  fact.node = base::NodeId{0};
  fact.kind = base::EventKind::ConnectionFailed;
  fact.arguments = {base::pack({base::ipv4(10, 0, 0, 2), 5701}), 2, 0, 0};
  CHECK_THAT(fact_text(fact), Catch::Contains("reason=refused"));
}

}  // namespace splitscope::scenarios
