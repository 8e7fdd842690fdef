// What is under way while packets are lost or late: rules 1 to 4, 18, 19 and 26 to 29 of
// docs/kernel-rules.md.
#include <set>

#include "conformance.hpp"

namespace splitscope::conformance {
namespace {

std::set<std::uint32_t> sequences(const Arm& arm, base::Instant since) {
  std::set<std::uint32_t> result;
  for (const Segment& segment : arm.segments()) {
    if (segment.from == 0 && segment.length > 0 && segment.at >= since) {
      result.insert(segment.sequence);
    }
  }
  return result;
}

// When each frame came, since then.
std::vector<double> arrivals(Arm& arm, base::Instant since) {
  std::vector<double> result;
  for (const base::Instant at : arm.record(1).times("message")) {
    if (at > since) result.push_back(static_cast<double>((at - since).count()) / 1e9);
  }
  return result;
}

}  // namespace

TEST_CASE("rules 1 and 2: a lone segment is sent again after a round trip and 200 ms", "[body]") {
  conform(
      [](Arm& arm) {
        arm.connect_pair();
        arm.warm_up(8);
        arm.cut(0, 1);
        const base::Instant since = arm.now();
        arm.send(0);
        arm.run_for(1s);
        check_times(arm, arm.data_times(0, since),
                    {{0, 0.002}, {0.22, 0.236}, {0.44, 0.47}, {0.88, 0.94}}, 1);
      },
      10ms);
}

TEST_CASE(
    "rules 2, 3, 4 and 18: resends double, one segment is out, nothing moves at the heal; at the "
    "next resend all comes at once",
    "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.warm_up();
    const net::RuleId cut = arm.cut(0, 1);
    const base::Instant since = arm.now();
    arm.send(0);
    arm.run_for(500ms);
    for (int i = 0; i < 5; ++i) arm.send(0);
    arm.run_for(1500ms);
    CHECK(sequences(arm, since).size() == 1);
    arm.remove(cut);
    arm.run_for(500ms);
    CHECK(arm.record(1).count("message") == 3);
    REQUIRE(arm.wait_for(1, "message", 9, 3s));
    CHECK(arm.record(1).is_in_order());
    const std::vector<double> came = arrivals(arm, since);
    check_within(arm, came.front(), {3.3, 3.53});
    check_within(arm, came.back() - came.front(), {0, 0.01});
    std::vector<double> sent = arm.data_times(0, since);
    REQUIRE(sent.size() >= 6);
    sent.resize(6);
    check_times(
        arm, sent,
        {{0, 0.002}, {0.204, 0.212}, {0.408, 0.425}, {0.82, 0.86}, {1.64, 1.73}, {3.3, 3.53}});
  });
}

TEST_CASE("rule 2: of several segments the last is probed for soon, then the first resent",
          "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.warm_up(8);
    arm.cut(0, 1);
    const base::Instant since = arm.now();
    for (int i = 0; i < 3; ++i) arm.send(0);
    arm.run_for(400ms);
    std::vector<Segment> sent;
    for (const Segment& segment : arm.segments()) {
      if (segment.from == 0 && segment.length > 0 && segment.at >= since) sent.push_back(segment);
    }
    std::erase_if(sent, [since](const Segment& one) { return one.at > since + 400ms; });
    REQUIRE(sent.size() == 5);
    CHECK(sent[3].sequence == sent[2].sequence);
    CHECK(sent[4].sequence == sent[0].sequence);
    // Recorded 6 ms where a round trip takes 0.2 ms; here it takes one.
    check_within(arm, sent[3].at - sent[2].at, {0.004, 0.012});
    check_within(arm, sent[4].at - sent[3].at, {0.2, 0.214});
  });
}

TEST_CASE("rule 19: where acknowledgements alone were lost, the other's first segment frees us",
          "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.warm_up();
    const net::RuleId cut = arm.cut(1, 0, false);
    arm.send(0);
    REQUIRE(arm.wait_for(1, "message", 4, 1s));
    arm.run_for(1s);
    arm.send(0);  // waits behind the one that is not acknowledged
    arm.run_for(100ms);
    CHECK(arm.record(1).count("message") == 4);
    arm.remove(cut);
    const base::Instant healed = arm.now();
    arm.send(1);
    REQUIRE(arm.wait_for(1, "message", 5, 1s));
    check_within(arm, arm.record(1).last("message") - healed, {0.001, 0.05});
  });
}

TEST_CASE("rule 19: where data was lost, the other's traffic does not help", "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.warm_up();
    const net::RuleId cut = arm.cut(0, 1);
    const base::Instant since = arm.now();
    arm.send(0);
    arm.run_for(900ms);
    arm.remove(cut);
    arm.send(1);
    REQUIRE(arm.wait_for(0, "message", 1, 1s));
    REQUIRE(arm.wait_for(1, "message", 4, 8s));
    const std::vector<double> sent = arm.data_times(0, since);
    check_follows(arm, arm.record(1).last("message") - since, sent);
    check_times(arm, sent, {{0, 0.002}, {0.204, 0.212}, {0.408, 0.425}, {0.82, 0.86}, {1.64, 1.73}},
                2);
  });
}

TEST_CASE("rule 26: a lost segment costs a fifth of a second, a lost acknowledgement nothing",
          "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.warm_up();
    const base::Instant since = arm.now();
    arm.send_lost();
    REQUIRE(arm.wait_for(1, "message", 4, 1s));
    check_within(arm, arm.record(1).last("message") - since, {0.204, 0.214});
    const net::RuleId cut = arm.cut(1, 0, false);
    const base::Instant later = arm.now();
    arm.send(0);
    REQUIRE(arm.wait_for(1, "message", 5, 1s));
    check_within(arm, arm.record(1).last("message") - later, {0.0005, 0.001});
    arm.remove(cut);
  });
}

TEST_CASE("rule 26: one packet in ten lost loses no message, ends nothing, and changes no order",
          "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    net::PacketRule rule;
    rule.action = net::PacketRule::Action::Lose;
    rule.probability = base::Probability::from_ratio(10, 100);
    arm.install(rule);
    for (int i = 0; i < 100; ++i) {
      arm.send(0);
      arm.run_for(10ms);
    }
    REQUIRE(arm.wait_for(1, "message", 100, 20s));
    CHECK(arm.record(1).is_in_order());
    CHECK(arm.record(0).log.back().what == "connected");
  });
}

TEST_CASE("rule 27: a loss before three that arrive is resent after one round trip", "[body]") {
  conform(
      [](Arm& arm) {
        arm.connect_pair();
        arm.warm_up(8);
        const base::Instant since = arm.now();
        arm.send_lost();
        for (int i = 0; i < 3; ++i) arm.send(0);
        REQUIRE(arm.wait_for(1, "message", 12, 1s));
        CHECK(arm.record(1).is_in_order());
        check_within(arm, arm.record(1).last("message") - since, {0.03, 0.037});
      },
      10ms);
}

TEST_CASE("rule 27: a loss before one that arrives waits half a round trip more", "[body]") {
  conform(
      [](Arm& arm) {
        arm.connect_pair();
        arm.warm_up(8);
        const base::Instant since = arm.now();
        arm.send_lost();
        arm.send(0);
        REQUIRE(arm.wait_for(1, "message", 10, 1s));
        check_within(arm, arm.record(1).last("message") - since, {0.034, 0.048});
      },
      10ms);
}

TEST_CASE("rule 27: the last of a burst alone lost waits for the time-out", "[body]") {
  conform(
      [](Arm& arm) {
        arm.connect_pair();
        arm.warm_up(8);
        const base::Instant since = arm.now();
        for (int i = 0; i < 3; ++i) arm.send(0);
        REQUIRE(arm.run_until([&] { return arm.data_times(0, since).size() == 3; }, 1s));
        arm.send_lost();
        REQUIRE(arm.wait_for(1, "message", 12, 1s));
        check_within(arm, arm.record(1).last("message") - since, {0.25, 0.2625});
      },
      10ms);
}

TEST_CASE("rule 27: packets that overtake each other change no order", "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    net::PacketRule rule;
    rule.action = net::PacketRule::Action::Reorder;
    rule.probability = base::Probability::from_ratio(30, 100);
    rule.delay = 5ms;
    const net::RuleId reorder = arm.install(rule);
    for (int i = 0; i < 100; ++i) {
      arm.send(0, 900);
      arm.run_for(2ms);
    }
    REQUIRE(arm.wait_for(1, "message", 100, 10s));
    CHECK(arm.record(1).is_in_order());
    arm.remove(reorder);
  });
}

TEST_CASE(
    "rule 28: a young connection is acknowledged at once, an older one after 40 ms unless it is "
    "read before",
    "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    std::vector<double> delays;
    for (int i = 0; i < 30; ++i) {
      if (i == 24) arm.stop(1);
      const base::Instant since = arm.now();
      arm.send(0);
      arm.run_for(100ms);
      const std::vector<double> acknowledged = arm.flag_times(1, net::FlagAck, since);
      const std::vector<double> sent = arm.data_times(0, since);
      REQUIRE(acknowledged.size() == 1);
      REQUIRE(sent.size() == 1);
      delays.push_back(acknowledged.front() - sent.front());
    }
    CAPTURE(delays);
    for (std::size_t i = 0; i < 24; ++i) check_within(arm, delays[i], {0.0005, 0.002});
    for (std::size_t i = 24; i < 30; ++i) check_within(arm, delays[i], {0.04, 0.0495});
  });
}

TEST_CASE("rule 29: with Nagle a second small write waits for the acknowledgement of the first",
          "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.exchange(20);  // acknowledgements wait for answers to carry them
    for (const bool no_delay : {true, false}) {
      arm.set_tcp(0, {.no_delay = no_delay});
      const base::Instant since = arm.now();
      arm.send(0);
      arm.send(0);
      REQUIRE(arm.run_until([&] { return arrivals(arm, since).size() == 2; }, 1s));
      arm.send(1);
      arm.run_for(100ms);
      const Range second = no_delay ? Range{0.0005, 0.002} : Range{0.04, 0.057};
      check_times(arm, arrivals(arm, since), {{0.0005, 0.0025}, second});
    }
  });
}

}  // namespace splitscope::conformance
