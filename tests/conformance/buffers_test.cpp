// What buffers hold: rules 22 to 24 of docs/kernel-rules.md.
#include "conformance.hpp"

namespace splitscope::conformance {
namespace {

// Offers frames until the connection is stuck for good: how many it took.
std::size_t fill(Arm& arm, std::size_t size) {
  constexpr std::size_t Limit = 20'000;
  std::size_t taken = 0;
  for (int idle = 0; idle < 100; ++idle) {
    const std::size_t now = arm.send_until_full(0, size, Limit);
    taken += now;
    if (now > 0) idle = 0;
    arm.run_for(1ms);
  }
  CHECK(taken < Limit);
  return taken;
}

// Of segments without payload, since the last with it.
std::vector<double> probe_times(const Arm& arm) {
  base::Instant last;
  std::vector<double> result;
  for (const Segment& segment : arm.segments()) {
    if (segment.from != 0) continue;
    if (segment.length > 0) {
      last = segment.at;
      result.clear();
    } else {
      result.push_back(static_cast<double>((segment.at - last).count()) / 1e9);
    }
  }
  return result;
}

}  // namespace

TEST_CASE("rule 22: for a dead host the send buffer takes 1005 messages of 64 bytes", "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.cut(0, 1);
    const std::size_t taken = arm.send_until_full(0, 64, 20'000);
    CHECK(taken >= 1004);
    CHECK(taken <= 1007);  // the kernel takes the first bytes of one more
    arm.run_for(700ms);
    CHECK(arm.send(0) == env::SendOutcome::Congested);
    CHECK(arm.record(0).count("writable") == 0);
  });
}

TEST_CASE("rule 22: for a dead host the send buffer takes 41 messages of 1 KiB", "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.cut(0, 1);
    const std::size_t taken = arm.send_until_full(0, 1024, 20'000);
    CHECK(taken >= 41);
    CHECK(taken <= 43);
  });
}

TEST_CASE("rule 22: a send buffer that was set to 4096 bytes takes ten", "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.set_tcp(0, {.send_buffer_bytes = 4096});
    arm.cut(0, 1);
    const std::size_t taken = arm.send_until_full(0, 64, 20'000);
    CHECK(taken >= 10);
    CHECK(taken <= 11);
  });
}

TEST_CASE(
    "rules 23 and 24: a stopped receiver buffers, then its window shuts; probes go on until all is "
    "read after it continues",
    "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.stop(1);
    const std::size_t taken = fill(arm, 1024);
    CHECK(taken >= 257);  // recorded 294 to 331, of other sizes 257 to 406 KiB
    CHECK(taken <= 406);
    CHECK(arm.record(1).count("message") == 0);
    arm.run_for(1700ms);
    std::vector<double> probes = probe_times(arm);
    CAPTURE(probes);
    REQUIRE(probes.size() >= 3);
    check_within(arm, probes[1] - probes[0], {0.4, 0.46});
    check_within(arm, probes[2] - probes[1], {0.8, 0.9});
    arm.resume(1);
    const base::Instant resumed = arm.now();
    const std::size_t before = arm.record(0).count("writable");
    REQUIRE(arm.wait_for(0, "writable", before + 1, 2s));
    check_within(arm, arm.record(0).last("writable") - resumed, {0, 0.004});
    REQUIRE(arm.wait_for(1, "message", taken, 5s));
  });
}

TEST_CASE("rule 24: answered probes never end a connection, unanswered ones after the retries",
          "[body]") {
  conform([](Arm& arm) {
    arm.connect_pair();
    arm.set_tcp(0, {.retries = 2});
    arm.stop(1);
    fill(arm, 1024);
    arm.run_for(4s);  // longer than retries could last
    CHECK(arm.record(0).count("broken") == 0);
    const std::size_t answered = probe_times(arm).size();
    CHECK(answered >= 4);
    arm.cut(0, 1);
    REQUIRE(arm.wait_for(0, "broken", 1, 8s));
    const std::size_t unanswered = probe_times(arm).size() - answered;
    CHECK(unanswered >= 2);
    CHECK(unanswered <= 3);
  });
}

}  // namespace splitscope::conformance
