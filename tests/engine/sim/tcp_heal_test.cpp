// What comes through once a cut is healed: rules 18 to 20.
#include "tcp_lab.hpp"

using namespace splitscope;
using namespace splitscope::tests;

namespace {

// Seconds from the heal to the first message, after a cut of `outage` with a message a second; all
// others follow in one burst.
double black_hole(int outage) {
  Pair pair;
  pair.open();
  const net::RuleId cut = pair.cut();
  for (int second = 0; second < outage; ++second) {
    pair.send();
    pair.run_for(1s);
  }
  CHECK(pair.server_seen.counters.empty());
  pair.network.remove(cut);
  const base::Instant healed = pair.now();
  pair.run_for(std::chrono::seconds{2 * outage + 5});
  REQUIRE(pair.server_seen.counters.size() == static_cast<std::size_t>(outage));
  CHECK(seconds(pair.server_seen.at.back() - pair.server_seen.at[1]) < 0.011);
  return seconds(pair.server_seen.at[1] - healed);
}

}  // namespace

TEST_CASE("tcp: after a heal data comes at the next resend, then all at once (rule 18)",
          "[engine][sim][tcp]") {
  // Recorded: 0.45 to 1.2 s after 3 s, 3.1 to 4.4 after 10, 23 to 25 after 30, 46 to 48 after 60.
  CHECK(black_hole(3) == Approx(0.7).margin(0.6));  // by where the messages fall
  CHECK(black_hole(10) == Approx(3.7).margin(0.9));
  CHECK(black_hole(30) == Approx(24.0).margin(2.0));
  CHECK(black_hole(60) == Approx(47.0).margin(4.0));
}

TEST_CASE(
    "tcp: where only acknowledgements were lost, the peer's next segment frees the sender "
    "(rule 19)",
    "[engine][sim][tcp]") {
  Pair pair;
  pair.open();
  net::PacketRule rule;
  rule.action = net::PacketRule::Action::Cut;
  rule.match.from = net::AddressSet({base::ipv4(10, 0, 0, 2)});
  rule.match.both_ways = false;
  const net::RuleId cut = pair.network.install(rule);
  pair.send();
  pair.run_for(30s);
  REQUIRE(pair.server_seen.counters.size() == 1);
  pair.send();  // waits: one segment is outstanding
  pair.run_for(100ms);
  REQUIRE(pair.server_seen.counters.size() == 1);
  pair.network.remove(cut);
  pair.send_back();
  pair.run_for(50ms);
  CHECK(pair.server_seen.counters.size() == 2);
}

TEST_CASE("tcp: where data was lost, the peer's traffic does not help (rule 19)",
          "[engine][sim][tcp]") {
  Pair pair;
  pair.open();
  const net::RuleId cut = pair.cut();
  pair.send();
  pair.run_for(10s);
  pair.network.remove(cut);
  pair.send_back();
  pair.run_for(50ms);
  CHECK(pair.client_seen.counters.size() == 1);
  CHECK(pair.server_seen.counters.empty());
}

TEST_CASE("tcp: a one-way cut breaks both ends, and neither tells the other (rule 20)",
          "[engine][sim][tcp]") {
  Pair pair;
  pair.open();
  pair.observe();
  pair.cut(false);
  for (int i = 0; i < 1300; ++i) {
    pair.send();
    pair.send_back();
    pair.run_for(1s);
  }
  CHECK(pair.client_seen.log.back() == "broken");
  CHECK(pair.server_seen.log.back() == "broken");
  CHECK_FALSE(pair.client_seen.counters.empty());  // what was heard before the window was one
  CHECK(pair.log.times(pair.client_host, net::FlagRst).empty());
}
