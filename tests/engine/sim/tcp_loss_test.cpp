// Streams over links that lose, copy and reorder: what arrives is what was sent, and when it does
// (rule 26).
#include <rapidcheck.h>

#include "tcp_lab.hpp"

using namespace splitscope;
using namespace splitscope::tests;

namespace {

// Seconds on the way of one message a second for 150 s, of several runs, sorted.
std::vector<double> latencies(std::uint32_t percent) {
  std::vector<double> all;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    Pair pair(250us, seed);
    pair.open();
    pair.lose(percent);
    const base::Instant start = pair.now();
    for (int i = 0; i < 150; ++i) {
      pair.send();
      pair.run_for(1s);
    }
    pair.run_for(600s);
    REQUIRE(pair.server_seen.counters.size() == 150);
    for (std::size_t i = 0; i < 150; ++i) {
      all.push_back(seconds(pair.server_seen.at[i + 1] - start) - static_cast<double>(i));
    }
  }
  std::sort(all.begin(), all.end());
  return all;
}

double part(const std::vector<double>& sorted, double share) {
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

net::PacketRule rule_of(net::PacketRule::Action action, std::uint32_t percent) {
  net::PacketRule rule;
  rule.action = action;
  rule.probability = base::Probability::from_ratio(percent, 100);
  rule.delay = 5ms;
  return rule;
}

}  // namespace

TEST_CASE("tcp: under 10 % loss latencies have the recorded tail (rule 26)", "[engine][sim][tcp]") {
  const std::vector<double> all = latencies(10);
  CHECK(part(all, 0.5) < 0.001);
  CHECK(part(all, 0.9) < 0.25);
  CHECK(part(all, 0.99) == Approx(0.42).margin(0.1));
  CHECK(all.back() == Approx(1.7).margin(0.5));
}

TEST_CASE("tcp: under 30 % loss messages wait in line, and no connection dies (rule 26)",
          "[engine][sim][tcp]") {
  const std::vector<double> all = latencies(30);
  CHECK(part(all, 0.5) < 1.0);
  CHECK(part(all, 0.99) > 30.0);
}

TEST_CASE("tcp: a stream arrives as it was sent, whatever befalls its packets",
          "[engine][sim][tcp]") {
  CHECK(rc::check("what was read is a prefix of what was written, once each and in order", [] {
    Pair pair(250us, *rc::gen::inRange<std::uint64_t>(1, 1'000'000));
    pair.open();
    using Action = net::PacketRule::Action;
    const std::vector<net::RuleId> rules{
        pair.network.install(rule_of(Action::Lose, *rc::gen::inRange<std::uint32_t>(0, 40))),
        pair.network.install(rule_of(Action::Duplicate, *rc::gen::inRange<std::uint32_t>(0, 40))),
        pair.network.install(rule_of(Action::Reorder, *rc::gen::inRange<std::uint32_t>(0, 60)))};
    const auto acts =
        *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange<std::uint32_t>(0, 20));
    std::vector<std::uint32_t> written;
    for (const std::uint32_t act : acts) {
      const std::uint32_t counter = pair.counter;
      if (pair.send(act * 150) == env::SendOutcome::Queued) written.push_back(counter);
      if (act == 7) {
        const net::RuleId cut = pair.cut();
        pair.run_for(3s);
        pair.network.remove(cut);
      }
      pair.run_for(std::chrono::milliseconds{act * 37 % 400});
    }
    const auto& read = pair.server_seen.counters;
    RC_ASSERT(read.size() <= written.size());
    RC_ASSERT(std::equal(read.begin(), read.end(), written.begin()));
    // Once nothing befalls them any more, the next resend, 120 s away at most, brings the rest.
    for (const net::RuleId rule : rules) pair.network.remove(rule);
    pair.run_for(140s);
    RC_ASSERT(read == written);
    RC_ASSERT(pair.client_seen.log.back() == "connected");
  }));
}
