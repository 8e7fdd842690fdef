// How connections end, and what does not end them: rules 5 to 7, 14 to 16, 20 and 21 of
// docs/kernel-rules.md.
#include "conformance.hpp"

namespace splitscope::conformance {

TEST_CASE(
    "rules 5 and 20: with three retries both ends of a one-way cut break after 6.7 s, and neither "
    "tells the other",
    "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.set_tcp(0, {.retries = 3});
    arm.set_tcp(1, {.retries = 3});
    arm.cut(0, 1, false);
    const base::Instant since = arm.now();
    arm.send(0);
    arm.send(1);
    REQUIRE(arm.wait_for(0, "broken", 1, 20s));
    REQUIRE(arm.wait_for(1, "broken", 1, 20s));
    for (const HostNumber host : {0U, 1U}) {
      check_within(arm, arm.record(host).last("broken") - since, {6.53, 7.0});
      // The first, the probe, and four by the time-out.
      CHECK(arm.data_times(host, since).size() == 6);
      CHECK(arm.flag_times(host, net::FlagRst, since).empty());
    }
    CHECK(arm.record(0).count("message") == 1);  // what the other end's first segment carried
    CHECK(arm.record(1).count("message") == 0);
  });
}

TEST_CASE("rules 6 and 21: a user time-out counts from the first resend by time-out", "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.set_tcp(0, {.user_timeout = 2s});
    arm.cut(0, 1);
    const base::Instant since = arm.now();
    arm.send(0);
    REQUIRE(arm.wait_for(0, "broken", 1, 6s));
    check_within(arm, arm.record(0).last("broken") - since, {2.41, 2.46});
    CHECK(arm.send(0) == env::SendOutcome::Gone);
    CHECK(arm.record(0).log.size() == 3);  // started, connected, broken
  });
}

TEST_CASE("rule 7: host unreachable ends nothing, and each answer takes back a step of backoff",
          "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.warm_up();
    const net::RuleId reject = arm.reject(net::RejectKind::HostUnreachable);
    const base::Instant since = arm.now();
    arm.send(0);
    arm.run_for(3s);
    // Recorded: 0.2, 0.41, 0.62, 0.83, 1.03, 1.24, 1.44, 1.86, 2.69 s. Without it there are five.
    std::vector<double> times = arm.data_times(0, since);
    std::erase_if(times, [](double at) { return at > 3; });
    const std::size_t sent = times.size();
    CHECK(sent >= 9);
    CHECK(sent <= 12);
    CHECK(arm.record(0).count("unreachable") == 0);
    arm.remove(reject);
    REQUIRE(arm.wait_for(1, "message", 4, 3s));
  });
}

TEST_CASE("rule 7: port unreachable and prohibited leave the schedule of resends as it is",
          "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.warm_up();
    const net::RejectKind kind =
        GENERATE(net::RejectKind::PortUnreachable, net::RejectKind::Prohibited);
    arm.reject(kind);
    const base::Instant since = arm.now();
    arm.send(0);
    arm.run_for(2s);
    check_times(arm, arm.data_times(0, since),
                {{0, 0.002}, {0.204, 0.212}, {0.408, 0.425}, {0.82, 0.86}, {1.64, 1.73}}, 2);
    CHECK(arm.record(0).log.back().what == "connected");
  });
}

TEST_CASE("rule 7: the soft error names the end that a limit then brings", "[body]") {
  struct Case {
    net::RejectKind kind;
    const char* outcome;
  };
  const Case expected = GENERATE(Case{net::RejectKind::HostUnreachable, "unreachable"},
                                 Case{net::RejectKind::Prohibited, "unreachable"},
                                 Case{net::RejectKind::PortUnreachable, "refused"});
  conform([expected](Arm& arm) {
    arm.connect_pair();
    arm.set_tcp(0, {.user_timeout = 1s});
    arm.reject(expected.kind);
    arm.send(0);
    REQUIRE(arm.wait_for(0, expected.outcome, 1, 5s));
  });
}

TEST_CASE("rule 7: a firewall's reset ends a connection at once", "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.reject(net::RejectKind::TcpReset);
    const base::Instant since = arm.now();
    arm.send(0);
    REQUIRE(arm.wait_for(0, "reset", 1, 2s));
    check_within(arm, arm.record(0).last("reset") - since, {0.0005, 0.0015});
  });
}

TEST_CASE("rule 14: a killed process's kernel sends FIN: closed, after what it had sent",
          "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    for (int i = 0; i < 3; ++i) arm.send(1);
    const base::Instant since = arm.now();
    arm.kill(1);
    REQUIRE(arm.wait_for(0, "closed", 1, 2s));
    CHECK(arm.record(0).count("message") == 3);
    CHECK(arm.flag_times(1, net::FlagFin, since).size() == 1);
    CHECK(arm.send(0) == env::SendOutcome::Gone);
  });
}

TEST_CASE("rule 15: killed with data unread: reset", "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.send(1);
    arm.stop(1);
    arm.send(0);
    arm.run_for(50ms);
    arm.kill(1);
    REQUIRE(arm.wait_for(0, "reset", 1, 2s));
    CHECK(arm.record(0).count("message") == 1);
    CHECK(arm.record(0).count("closed") == 0);
  });
}

TEST_CASE("rule 15: a close that does not linger is a reset", "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.set_tcp(1, {.reset_on_close = true});
    arm.with(
        1, [&](Station& station) { station.transport().close(arm.record(1).connections.back()); });
    REQUIRE(arm.wait_for(0, "reset", 1, 2s));
  });
}

TEST_CASE(
    "rule 16: an idle survivor never learns of a power failure; one that sends does after the "
    "reboot",
    "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.power_off(1);
    arm.run_for(500ms);
    arm.power_on(1);
    arm.run_for(500ms);
    CHECK(arm.record(0).log.back().what == "connected");
    const base::Instant since = arm.now();
    CHECK(arm.send(0) == env::SendOutcome::Queued);
    REQUIRE(arm.wait_for(0, "reset", 1, 3s));
    check_within(arm, arm.record(0).last("reset") - since, {0.001, 0.003});
  });
}

TEST_CASE("rule 16: with data outstanding the reset comes at the next resend after the reboot",
          "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.warm_up();
    arm.power_off(1);
    const base::Instant since = arm.now();
    arm.send(0);
    arm.run_for(500ms);
    arm.power_on(1);
    REQUIRE(arm.wait_for(0, "reset", 1, 8s));
    const std::vector<double> sent = arm.data_times(0, since);
    CHECK(sent.size() >= 4);
    check_follows(arm, arm.record(0).last("reset") - since, sent);
  });
}

TEST_CASE("rule 16: the FIN of a process that nobody could hear is sent again after the heal",
          "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.warm_up();
    const net::RuleId cut = arm.cut(0, 1);
    const base::Instant since = arm.now();
    arm.kill(1);
    arm.run_for(500ms);
    CHECK(arm.record(0).count("closed") == 0);
    arm.remove(cut);
    REQUIRE(arm.wait_for(0, "closed", 1, 8s));
    check_follows(arm, arm.record(0).last("closed") - since,
                  arm.flag_times(1, net::FlagFin, since));
  });
}

TEST_CASE("rule 16: who sends to such an orphan before is reset", "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.warm_up();
    const net::RuleId cut = arm.cut(0, 1);
    arm.kill(1);
    arm.run_for(1750ms);  // FINs are at 1.67 and 3.34 s
    arm.remove(cut);
    arm.send(0);
    REQUIRE(arm.wait_for(0, "reset", 1, 1s));
  });
}

TEST_CASE("rule 16: keepalive finds a dead host after its idle time and its intervals, and resets",
          "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.set_tcp(0, {.keep_alive = true,
                    .keep_alive_idle = 1s,
                    .keep_alive_interval = 1s,
                    .keep_alive_count = 2});
    arm.cut(0, 1);
    const base::Instant since = arm.now();
    REQUIRE(arm.wait_for(0, "broken", 1, 6s));
    check_within(arm, arm.record(0).last("broken") - since, {2.99, 3.12});
    CHECK(arm.flag_times(0, net::FlagRst, since).size() == 1);
  });
}

TEST_CASE("rule 16: keepalive finds a reboot with its next probe", "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.set_tcp(0, {.keep_alive = true,
                    .keep_alive_idle = 1s,
                    .keep_alive_interval = 1s,
                    .keep_alive_count = 5});
    const base::Instant since = arm.now();
    arm.power_off(1);
    arm.run_for(1500ms);
    arm.power_on(1);
    REQUIRE(arm.wait_for(0, "reset", 1, 6s));
    const std::vector<double> probes = arm.flag_times(0, net::FlagAck, since);
    CHECK(probes.size() >= 2);
    check_within(arm, probes[1], {1.99, 2.09});
    check_follows(arm, arm.record(0).last("reset") - since, probes);
  });
}

TEST_CASE("rule 16: an orphan's FIN to a dead host is sent ten times", "[.nightly][body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.warm_up();
    arm.cut(0, 1);
    const base::Instant since = arm.now();
    arm.kill(1);
    arm.run_for(112s);
    check_times(arm, arm.flag_times(1, net::FlagFin, since),
                {{0, 0.002},
                 {0.204, 0.212},
                 {0.408, 0.425},
                 {0.82, 0.86},
                 {1.64, 1.73},
                 {3.3, 3.53},
                 {6.6, 7.1},
                 {13.2, 14.2},
                 {26.4, 28.3},
                 {53, 57}});
  });
}

}  // namespace splitscope::conformance
