// What kernels hold for processes that do not read, and for peers that do not answer: rules 22 to
// 24, 28 and 29.
#include "tcp_lab.hpp"

using namespace splitscope;
using namespace splitscope::tests;

namespace {

constexpr std::size_t FrameHeader = 16;

std::uint32_t taken_for_dead_host(std::size_t frame_bytes) {
  Pair pair;
  pair.open();
  pair.power_off_server();
  std::uint32_t taken = 0;
  while (taken < 5000 && pair.send(frame_bytes - FrameHeader) == env::SendOutcome::Queued) ++taken;
  return taken;
}

}  // namespace

TEST_CASE("tcp: the send buffer takes so many messages for a dead host (rule 22)",
          "[engine][sim][tcp]") {
  REQUIRE(Pair().frame(48).size() == 48 + FrameHeader);
  CHECK(taken_for_dead_host(64) == 1005);
  CHECK(taken_for_dead_host(1024) == 41);
}

TEST_CASE("tcp: a stopped receiver's kernel buffers 80 KiB, the sender's the rest (rule 23)",
          "[engine][sim][tcp]") {
  Pair pair;
  pair.start_server();
  pair.server.pause();
  pair.connect();
  pair.run_for(100ms);
  REQUIRE(pair.client_seen.log.back() == "connected");
  std::uint32_t taken = 0;
  for (int i = 0; i < 3000; ++i) {
    if (pair.send(1000) == env::SendOutcome::Queued) ++taken;
    pair.run_for(1ms);
  }
  // 0.26 to 0.42 MB in all were recorded.
  CHECK(taken > 120);
  CHECK(taken < 420);
  CHECK(pair.server_seen.log.empty());
  pair.server.resume();
  pair.run_for(500ms);
  REQUIRE(pair.server_seen.log.front() == "accepted");
  CHECK(pair.server_seen.counters.size() == taken);
}

TEST_CASE(
    "tcp: a shut window is probed with doubling gaps, and answered probes end nothing "
    "(rule 24)",
    "[engine][sim][tcp]") {
  Pair pair;
  pair.open();
  pair.server.pause();
  for (int i = 0; i < 3000; ++i) {
    pair.send(1000);
    pair.run_for(1ms);
  }
  pair.observe();
  pair.run_for(1500s);
  CHECK(pair.client_seen.log.back() == "connected");
  double before = -1;
  double longest = 0;
  for (const SentFrame& frame : pair.log.frames) {
    if (frame.from != pair.client_host || frame.length > 0) continue;
    if (before >= 0) longest = std::max(longest, frame.at - before);
    before = frame.at;
  }
  CHECK(longest == Approx(120.0).margin(9.0));  // their greatest gap
  const base::Instant resumed = pair.now();
  pair.server.resume();
  pair.run_for(1s);
  CHECK(pair.server_seen.counters.size() > 100);
  CHECK(pair.server_seen.at[2] - resumed < 5ms);  // no waiting for a probe
}

TEST_CASE("tcp: with Nagle a second small write waits for an acknowledgement (rule 29)",
          "[engine][sim][tcp]") {
  const auto second_arrives_after = [](bool no_delay) {
    Pair pair;
    pair.open();
    sim::TcpSettings settings;
    settings.no_delay = no_delay;
    pair.set_client(settings);
    // Acknowledgements at once, of a new connection or of what is read, would hide it.
    for (int i = 0; i < 40; ++i) {
      pair.send();
      pair.run_for(2ms);
      pair.send_back();
      pair.run_for(30ms);
    }
    pair.run_for(100ms);
    const std::size_t before = pair.server_seen.counters.size();
    const base::Instant start = pair.now();
    pair.send();
    pair.send();
    pair.run_for(1s);
    REQUIRE(pair.server_seen.counters.size() == before + 2);
    return seconds(pair.server_seen.at.back() - start);
  };
  CHECK(second_arrives_after(true) < 0.001);
  CHECK(second_arrives_after(false) == Approx(0.045).margin(0.01));  // 46 to 50 ms were recorded
}
